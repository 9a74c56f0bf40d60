// The moving map. It takes the place of the plain one on the screen; the plain
// one stays for paper. What it shows comes from the server, which groups what is
// too near to tell apart, so that any number of records can be looked at.

import { Map, setWorkerUrl, type GeoJSONSource, type MapMouseEvent, type Popup } from 'maplibre-gl';
import { asked, later, query, readable, tell as tellAddress, type Asked } from './map/asked';
import { bounds, nothing, picture, style, type Shown } from './map/look';
import { element, list, tell, type Thing } from './map/things';
import { controls, follow } from './map/time';

const still = matchMedia('(prefers-reduced-motion: reduce)');
const ratio = Math.min(3, Math.max(1, Math.ceil(devicePixelRatio)));

async function json(address: string, signal?: AbortSignal): Promise<any> {
  const answer = await fetch(address, { signal, headers: { Accept: 'application/geo+json, application/json' } });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

// make makes a bare map in a frame: it pans and zooms, and never turns. Where the
// browser cannot, the frame is as it was.
async function make(figure: HTMLElement, shown: Shown): Promise<Map> {
  const frame = figure.querySelector<HTMLElement>('.map-live')!;
  frame.hidden = false;
  try {
    return await begun(figure, frame, shown);
  } catch (e) {
    frame.hidden = true;
    frame.replaceChildren();
    throw e;
  }
}

async function begun(figure: HTMLElement, frame: HTMLElement, shown: Shown): Promise<Map> {
  setWorkerUrl(new URL(figure.dataset.worker!, location.href).href);
  const whole = bounds(shown.base) ?? bounds(shown.things) ?? [-180, -60, 180, 75];
  const map = new Map({
    container: frame, style: style(figure, shown), bounds: whole, fitBoundsOptions: { padding: 16 },
    attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxPitch: 0, renderWorldCopies: false,
    minZoom: 2, maxZoom: 18, fadeDuration: still.matches ? 0 : 200, locale: { 'Map.Title': figure.dataset.sayName! },
  });
  map.touchZoomRotate.disableRotation();
  map.keyboard.disableRotation();
  // The wheel turns the page until the map was chosen.
  map.scrollZoom.disable();
  map.getCanvas().addEventListener('focus', () => map.scrollZoom.enable());
  map.getCanvas().addEventListener('blur', () => map.scrollZoom.disable());
  map.setMissingStyleImageResolver((id) => resolve(map, figure, id));
  buttons(map, frame, figure, whole);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => map.setStyle(style(figure, shown), { diff: false }));
  await new Promise<void>((done, failed) => {
    map.once('load', () => done());
    map.once('error', (e) => failed(e.error));
  });
  return map;
}

let military: Promise<{ draw(sidc: string, ratio: number): ImageData | null }> | undefined;

// resolve draws a symbol when it is first needed. A military one that nobody knows
// stands as a plain shape.
async function resolve(map: Map, figure: HTMLElement, id: string): Promise<void> {
  const [sidc, plain] = id.split('|');
  if (plain === undefined) return;
  let drawn: ImageData | null = null;
  if (sidc) {
    military ??= import(figure.dataset.military!);
    drawn = (await military).draw(sidc, ratio);
  }
  if (!map.hasImage(id)) map.addImage(id, drawn ?? picture(figure, plain, ratio), { pixelRatio: ratio });
}

const plainImage = ['concat', '|', ['get', 'symbol']];
const militaryImage = ['concat', ['coalesce', ['get', 'sidc'], ''], '|', ['get', 'symbol']];

function buttons(map: Map, frame: HTMLElement, figure: HTMLElement, whole: [number, number, number, number]): void {
  const bar = element('div', '', { class: 'map-buttons' });
  for (const [sign, words, act] of [
    ['+', figure.dataset.sayIn!, () => map.zoomIn()],
    ['−', figure.dataset.sayOut!, () => map.zoomOut()],
    ['□', figure.dataset.sayWhole!, () => map.fitBounds(whole, { padding: 16 })],
  ] as [string, string, () => void][]) {
    const button = element('button', sign, { type: 'button', 'aria-label': words, title: words });
    button.addEventListener('click', act);
    bar.append(button);
  }
  frame.append(bar, element('span', '', { class: 'map-cross', 'aria-hidden': 'true' }));
}

const kept = 'konbit-map-symbols';

// symbolsOf is the choice of symbols, kept in the browser.
function symbolsOf(select: HTMLSelectElement, shown: Shown, changed: () => void): void {
  try {
    if (localStorage.getItem(kept) === 'military') select.value = 'military';
  } catch {
    // a browser that keeps nothing begins with plain shapes
  }
  const take = () => (shown.image = select.value === 'military' ? militaryImage : plainImage);
  take();
  select.addEventListener('change', () => {
    try {
      localStorage.setItem(kept, select.value);
    } catch {
      // as above
    }
    take();
    changed();
  });
}

// layersOf are the outlines that were imported; a link that is down has none.
async function layersOf(figure: HTMLElement, a: Asked): Promise<typeof nothing> {
  if (!figure.querySelector('[name=layer]')) return nothing;
  return json(`${figure.dataset.layers}?${readable(query(a, false))}`).catch(() => nothing);
}

// open puts the moving map in the place of the plain one.
export async function open(figure: HTMLElement, focus: boolean): Promise<void> {
  const a = asked();
  const [base, drawn] = await Promise.all([
    json(figure.dataset.base!),
    layersOf(figure, a),
  ]);
  const shown: Shown = { base, layers: drawn, things: nothing, image: plainImage };
  symbolsOf(figure.querySelector<HTMLSelectElement>('#map-symbols')!, shown, () => map.setLayoutProperty('thing', 'icon-image', shown.image));
  const map = await make(figure, shown);
  figure.classList.add('map-moves');
  const [lat, lon, zoom] = a.view.split(',').map(Number);
  if (a.view && [lat, lon, zoom].every(Number.isFinite)) map.jumpTo({ center: [lon, lat], zoom });
  const load = loader(map, figure, a, shown);
  const soon = later(200);
  const around = later(600);
  map.on('moveend', () => {
    const c = map.getCenter();
    a.view = [c.lat.toFixed(4), c.lng.toFixed(4), map.getZoom().toFixed(2)].join(',');
    tellAddress(a);
    soon(load);
  });
  let layers = String(a.layers);
  controls(figure, a, () => {
    tellAddress(a);
    void load();
    if (layers !== String(a.layers)) {
      layers = String(a.layers);
      void layersOf(figure, a).then((all) => (map.getSource('layers') as GeoJSONSource).setData((shown.layers = all) as any));
    }
    around(() => void follow());
  });
  await load();
  if (focus) map.getCanvas().focus();
}

// loader fetches what stands in view, and answers the finger and the Enter key.
function loader(map: Map, figure: HTMLElement, a: Asked, shown: Shown): () => Promise<void> {
  let asking: AbortController | undefined;
  let popup: Popup | undefined;
  const lit = (t?: Thing) => (map.getSource('lit') as GeoJSONSource | undefined)?.setData((t ? { ...nothing, features: [{ type: 'Feature', ...t }] } : nothing) as any);
  const choose = (some: Thing[], from?: HTMLElement) => {
    popup?.remove();
    const group = some.find((t) => t.properties.cluster);
    // Where a closer look parts nothing, the window says where they are listed.
    if (group && map.getZoom() < 16) {
      if (from) map.getCanvas().focus();
      if (group.properties.box) map.fitBounds(group.properties.box, { padding: 40, maxZoom: 17 });
      else map.easeTo({ center: group.geometry.coordinates, zoom: map.getZoom() + 2 });
      return;
    }
    lit(some[0]);
    popup = tell(map, figure, some, from);
    popup.on('close', () => lit());
  };
  const near = (x: number, y: number, reach: number): Thing[] => {
    const found = map.queryRenderedFeatures([[x - reach, y - reach], [x + reach, y + reach]], { layers: ['ground', 'group', 'thing'] });
    const keys = new Set(found.map((f) => f.properties.key));
    return (shown.things.features as Thing[]).filter((t) => keys.has(t.properties.key));
  };
  map.on('click', (e: MapMouseEvent) => {
    const some = near(e.point.x, e.point.y, 6);
    if (some.length) choose(some);
  });
  map.on('mousemove', (e: MapMouseEvent) => {
    map.getCanvas().style.cursor = near(e.point.x, e.point.y, 3).length ? 'pointer' : '';
  });
  map.getCanvas().addEventListener('keydown', (e) => {
    const { clientWidth, clientHeight } = map.getCanvas();
    const some = e.key === 'Enter' ? near(clientWidth / 2, clientHeight / 2, 24) : [];
    if (some.length) choose(some, map.getCanvas());
  });
  return async () => {
    asking?.abort();
    asking = new AbortController();
    const b = map.getBounds();
    const within = (n: number, most: number) => Math.max(-most, Math.min(most, n)).toFixed(4);
    const q = query(a, false);
    q.set('box', [within(b.getWest(), 180), within(b.getSouth(), 90), within(b.getEast(), 180), within(b.getNorth(), 90)].join(','));
    q.set('zoom', String(Math.floor(map.getZoom())));
    try {
      shown.things = await json(`${figure.dataset.points}?${readable(q)}`, asking.signal);
    } catch (e) {
      if ((e as Error).name !== 'AbortError') console.warn(e); // a link that is down: what was in view stays
      return;
    }
    shown.things.features.forEach((t, i) => (t.properties.key = i));
    (map.getSource('things') as GeoJSONSource).setData(shown.things as any);
    list(figure, shown.things.features, (t, from) => choose([t], from));
    figure.dataset.shown = String(shown.things.features.length);
  };
}

// pick lets somebody show a place: a tap, or Enter under the cross, writes its
// degrees into the form, where they can be read and mended.
export async function pick(figure: HTMLElement): Promise<void> {
  const field = (name: string) => document.querySelector<HTMLInputElement>(`[name="f.${name}"]`)!;
  const [lat, lon] = [field('lat'), field('lon')];
  const base = await json(figure.dataset.base!);
  const things = await json(`${figure.dataset.points}?kind=place`).catch(() => nothing);
  const map = await make(figure, { base, things, layers: nothing, image: plainImage });
  const told = figure.querySelector('[role=status]')!;
  const show = (x: number, y: number) => {
    (map.getSource('lit') as GeoJSONSource).setData({ type: 'Feature', properties: {}, geometry: { type: 'Point', coordinates: [x, y] } });
    told.textContent = figure.dataset.sayPicked!.replace('{at}', `${y}, ${x}`);
  };
  const take = (at: { lng: number; lat: number }) => {
    [lat.value, lon.value] = [at.lat.toFixed(5), at.lng.toFixed(5)];
    for (const input of [lat, lon]) input.dispatchEvent(new Event('input', { bubbles: true }));
    show(+lon.value, +lat.value);
  };
  if (lat.value && lon.value && Number.isFinite(+lat.value) && Number.isFinite(+lon.value)) {
    map.jumpTo({ center: [+lon.value, +lat.value], zoom: 12 });
    show(+lon.value, +lat.value);
  }
  map.on('click', (e: MapMouseEvent) => take(e.lngLat));
  map.getCanvas().addEventListener('keydown', (e) => {
    if (e.key !== 'Enter') return;
    e.preventDefault();
    take(map.getCenter());
  });
  map.getCanvas().focus();
}
