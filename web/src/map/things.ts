// What stands in view: the list beside the map, which the keyboard reaches, and
// the small window that opens at one of them.

import { Popup, type Map } from 'maplibre-gl';

export type Thing = { geometry: { coordinates: [number, number] }; properties: Record<string, any> };

export function element(tag: string, words = '', attributes: Record<string, string> = {}): HTMLElement {
  const e = document.createElement(tag);
  e.textContent = words;
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, value);
  return e;
}

const mostListed = 60;

// list names what is in view, groups first, as buttons that show it on the map.
export function list(figure: HTMLElement, things: Thing[], choose: (t: Thing, from: HTMLElement) => void): void {
  const number = new Intl.NumberFormat(document.documentElement.lang);
  const all = things.reduce((n, t) => n + (t.properties.cluster ? t.properties.count : 1), 0);
  figure.querySelector('[data-map-count]')!.textContent = all ? figure.dataset.sayCounted!.replace('{n}', number.format(all)) : figure.dataset.sayNone!;
  const order = (t: Thing) => (t.properties.cluster ? (t.properties.ground ? 2 : -t.properties.count) : /neutral/.test(t.properties.symbol) ? 1 : 0);
  const rows = [...things].sort((a, b) => order(a) - order(b)).slice(0, mostListed).map((t) => {
    const { cluster, count, title, label, when } = t.properties;
    const words = cluster ? [figure.dataset.sayGroup!.replace('{n}', number.format(count)), title].filter(Boolean).join(' · ') : [label, title, when].filter(Boolean).join(' · ');
    const button = element('button', words, { type: 'button', 'data-key': keyOf(t) });
    button.addEventListener('click', () => choose(t, button));
    const row = document.createElement('li');
    row.append(button);
    return row;
  });
  const place = figure.querySelector('.map-view ul')!;
  const held = place.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
  place.replaceChildren(...rows);
  if (held !== undefined) (buttonOf(figure, held) ?? place.querySelector('button'))?.focus();
}

const keyOf = (t: Thing): string => (t.properties.cluster ? t.geometry.coordinates.join() : `${t.properties.kind}/${t.properties.ref}`);

function buttonOf(figure: HTMLElement, key: string): HTMLElement | null {
  return figure.querySelector(`.map-view [data-key="${CSS.escape(key)}"]`);
}

// tell opens the window at things that stand together. Who came by the keyboard is
// led into it, and back when it is closed.
export function tell(map: Map, figure: HTMLElement, things: Thing[], from?: HTMLElement): Popup {
  const box = element('div', '', { class: 'map-told', role: 'dialog', 'aria-label': things.map((t) => t.properties.title).join(', ') });
  for (const { properties: p } of things.slice(0, 8)) {
    const link = element('a', p.title, { href: p.href, title: figure.dataset.sayRead! });
    const item = element('div');
    if (p.label) item.append(element('p', p.label, { class: 'kicker' }));
    item.append(link);
    for (const line of [p.dtg || p.when, p.mgrs]) if (line) item.append(element('p', line, { class: 'dtg' }));
    box.append(item);
  }
  const close = element('button', '×', { type: 'button', 'aria-label': figure.dataset.sayClose! });
  box.append(close);
  const popup = new Popup({ closeButton: false, focusAfterOpen: false, maxWidth: '18rem', offset: 14 });
  popup.setLngLat(things[0].geometry.coordinates).setDOMContent(box).addTo(map);
  const end = () => {
    popup.remove();
    (from?.isConnected ? from : (buttonOf(figure, from?.dataset.key ?? '') ?? map.getCanvas())).focus();
  };
  close.addEventListener('click', end);
  box.addEventListener('keydown', (e) => {
    if (e.key === 'Escape') end();
  });
  if (from) box.querySelector('a')!.focus();
  return popup;
}
