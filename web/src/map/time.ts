// The two sliders, the choice of how far back and the kinds shown. They work with
// the date bar: both change the same words of the address.

import { type Asked, dayOf, later } from './asked';

export function controls(figure: HTMLElement, a: Asked, changed: () => void): void {
  const form = figure.querySelector<HTMLFormElement>('.map-controls')!;
  const first = figure.dataset.first!;
  const soon = later(250);
  const span = form.querySelector<HTMLSelectElement>('#map-span')!;
  const slider = { at: form.querySelector<HTMLInputElement>('#map-at')!, known: form.querySelector<HTMLInputElement>('#map-known')! };

  const chosen = (which: 'at' | 'known') => (slider[which].value === slider[which].max ? '' : dayOf(first, +slider[which].value));
  const say = (which: 'at' | 'known') => {
    const words = chosen(which) || figure.dataset.sayToday!;
    slider[which].setAttribute('aria-valuetext', words);
    form.querySelector(`[data-map-said="${which}"]`)!.textContent = words;
  };
  const since = () => {
    a.from = span.value ? dayOf(first, +slider.at.value - +span.value + 1) : '';
  };
  for (const which of ['at', 'known'] as const) {
    say(which);
    slider[which].addEventListener('input', () => {
      say(which);
      soon(() => {
        a[which] = chosen(which);
        since();
        changed();
      });
    });
  }
  span.addEventListener('change', () => {
    since();
    changed();
  });
  for (const [name, to] of [['kind', 'kinds'], ['layer', 'layers']] as const) {
    const boxes = [...form.querySelectorAll<HTMLInputElement>(`[name=${name}]`)];
    for (const box of boxes) {
      box.addEventListener('change', () => {
        const on = boxes.filter((b) => b.checked);
        a[to] = on.length === boxes.length ? null : on.map((b) => b.value);
        changed();
      });
    }
  }
  form.addEventListener('submit', (e) => e.preventDefault());
  form.hidden = false;
}

const parts = ['.datebar', '#map-table', '#map-caption', '.map-plain', '.permanent', '.sections'];
let asking: AbortController | undefined;

// follow brings what the server wrote around the map up to the address: the
// sentence of the date bar, the table, the plain map that is printed.
export async function follow(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    for (const part of parts) {
      const [old, now] = [document.querySelector(part), page.querySelector(part)];
      if (old && now && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(now));
    }
  } catch (e) {
    if ((e as Error).name !== 'AbortError') throw e;
  }
}
