// Opens the moving map where the plain one stands, when somebody asks for it.
// This file is all that a page with a map loads by itself; the library comes with
// the first press of the button, or when the map is scrolled to and the reader
// said once that it should open, or was sent a view.

import './map/locate';

const kept = 'konbit-map-open';

function remembered(): boolean {
  try {
    return localStorage.getItem(kept) === 'yes';
  } catch {
    return false; // a browser that keeps nothing
  }
}

function remember(open: boolean): void {
  try {
    if (open) localStorage.setItem(kept, 'yes');
    else localStorage.removeItem(kept);
  } catch {
    // it is asked again on the next page
  }
}

// open fetches the library and gives it the figure; what went wrong is said beside
// the button, which can be pressed again.
async function open(figure: HTMLElement, act: 'open' | 'pick', focus: boolean): Promise<void> {
  const button = figure.querySelector<HTMLButtonElement>('[data-map-open]')!;
  const told = figure.querySelector('.bad')!;
  button.disabled = true;
  told.textContent = '';
  try {
    const part = await import(figure.dataset.module!);
    await part[act](figure, focus);
    button.hidden = true;
  } catch (e) {
    console.warn(e);
    told.textContent = figure.dataset.sayFailed!;
    button.disabled = false;
  }
}

function begin(figure: HTMLElement): void {
  const ask = figure.querySelector<HTMLElement>('.map-open')!;
  const always = ask.querySelector<HTMLInputElement>('[data-map-always]');
  const act = always ? 'open' : 'pick';
  ask.hidden = false;
  ask.querySelector('button')!.addEventListener('click', () => open(figure, act, true));
  if (!always) return;
  always.checked = remembered();
  always.addEventListener('change', () => remember(always.checked));
  if (!remembered() && !new URLSearchParams(location.search).has('view')) return;
  const seen = new IntersectionObserver((all) => {
    if (!all.some((one) => one.isIntersecting)) return;
    seen.disconnect();
    void open(figure, act, false);
  });
  seen.observe(figure);
}

for (const figure of document.querySelectorAll<HTMLElement>('[data-module]')) begin(figure);
