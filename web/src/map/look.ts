// What the map is drawn with: the colours of the style sheet, by day, by night and
// in the dark, read where the map stands.

import type { StyleSpecification } from 'maplibre-gl';

export type Data = { type: 'FeatureCollection'; features: any[] };
// Shown is all that the map is drawn from; image says which symbol a thing has.
export type Shown = { base: Data; things: Data; layers: Data; image: any };
export const nothing: Data = { type: 'FeatureCollection', features: [] };

const pixel = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;

// colour is a custom property as numbers, however the sheet wrote it.
export function colour(inside: HTMLElement, property: string): string {
  const probe = inside.appendChild(document.createElement('i'));
  probe.style.color = `var(--${property})`;
  pixel.fillStyle = getComputedStyle(probe).color;
  probe.remove();
  pixel.clearRect(0, 0, 1, 1);
  pixel.fillRect(0, 0, 1, 1);
  const [r, g, b, a] = pixel.getImageData(0, 0, 1, 1).data;
  return `rgba(${r}, ${g}, ${b}, ${a / 255})`;
}

const tokens: Record<string, string> = { own: 'accent', host: 'good', alarm: 'bad', civil: 'near', money: 'warn', neutral: 'void' };

// picture draws one of the plain shapes of the SVG map, as "diamond-alarm".
export function picture(inside: HTMLElement, name: string, ratio: number): ImageData {
  const [shape, token] = name.split('-');
  const size = 22;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = size * ratio;
  const c = canvas.getContext('2d')!;
  c.scale(ratio, ratio);
  c.translate(size / 2, size / 2);
  c.lineJoin = 'round';
  outline(c, shape, token === 'neutral' ? 4 : 8);
  const ink = colour(inside, tokens[token] ?? 'void');
  const paper = colour(inside, 'paper');
  if (shape === 'cross') {
    for (const [width, stroke] of [[6, paper], [3.2, ink]] as const) {
      c.lineWidth = width;
      c.strokeStyle = stroke;
      c.stroke();
    }
  } else {
    c.fillStyle = ink;
    c.strokeStyle = paper;
    c.lineWidth = 1.5;
    c.fill();
    c.stroke();
  }
  return c.getImageData(0, 0, canvas.width, canvas.height);
}

function outline(c: CanvasRenderingContext2D, shape: string, r: number): void {
  const corners: Record<string, [number, number][]> = {
    square: [[-r * 0.88, -r * 0.88], [r * 0.88, -r * 0.88], [r * 0.88, r * 0.88], [-r * 0.88, r * 0.88]],
    triangle: [[0, -r], [r, r * 0.8], [-r, r * 0.8]],
    diamond: [[0, -r], [r, 0], [0, r], [-r, 0]],
  };
  c.beginPath();
  if (shape === 'cross') {
    for (const s of [1, -1]) {
      c.moveTo(-r, -r * s);
      c.lineTo(r, r * s);
    }
    return;
  }
  if (!corners[shape]) {
    c.arc(0, 0, r, 0, 2 * Math.PI);
    return;
  }
  for (const [x, y] of corners[shape]) c.lineTo(x, y);
  c.closePath();
}

// style is the whole look. Names need no font files: the browser draws them.
export function style(inside: HTMLElement, data: Shown): StyleSpecification {
  const c = (property: string) => colour(inside, property);
  const only = (type: string) => ['==', ['geometry-type'], type] as any;
  return {
    version: 8,
    sources: {
      base: { type: 'geojson', data: data.base as any },
      names: { type: 'geojson', data: names(data.base) as any },
      layers: { type: 'geojson', data: data.layers as any },
      things: { type: 'geojson', data: data.things as any },
      lit: { type: 'geojson', data: nothing as any },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': c('shade') } },
      { id: 'land', type: 'fill', source: 'base', paint: { 'fill-color': c('raised') } },
      { id: 'border', type: 'line', source: 'base', paint: { 'line-color': c('faint'), 'line-width': 0.8 } },
      { id: 'layer-area', type: 'fill', source: 'layers', filter: only('Polygon'), paint: { 'fill-color': c('near'), 'fill-opacity': 0.12 } },
      { id: 'layer-line', type: 'line', source: 'layers', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-color': c('near'), 'line-width': 1.4 } },
      { id: 'layer-point', type: 'circle', source: 'layers', filter: only('Point'), paint: { 'circle-color': c('near'), 'circle-radius': 3, 'circle-stroke-color': c('paper'), 'circle-stroke-width': 1 } },
      text('name', 'names', ['get', 'name'], 12, c('soft'), c('raised')),
      { id: 'lit', type: 'circle', source: 'lit', paint: { 'circle-radius': 18, 'circle-color': c('accent'), 'circle-opacity': 0.25, 'circle-stroke-color': c('accent'), 'circle-stroke-width': 2 } },
      ...groups(c, true),
      ...groups(c, false),
      { id: 'thing', type: 'symbol', source: 'things', filter: ['!', ['has', 'cluster']], layout: { 'icon-image': data.image, 'icon-allow-overlap': true, 'icon-ignore-placement': true, 'symbol-sort-key': ['case', ['in', 'neutral', ['get', 'symbol']], 0, ['in', 'alarm', ['get', 'symbol']], 2, 1] } },
      { ...text('title', 'things', ['get', 'title'], 11, c('ink'), c('paper'), 10), filter: ['!', ['has', 'cluster']] },
    ],
  };
}

// groups are circles with their number; those of places stand below the others.
function groups(c: (property: string) => string, ground: boolean): any[] {
  const filter = ['all', ['has', 'cluster'], [ground ? 'has' : '!', ground ? 'ground' : ['has', 'ground']]];
  const radius = ground ? 9 : ['interpolate', ['linear'], ['log10', ['max', ['get', 'count'], 1]], 0, 12, 3, 24, 6, 34];
  const [ink, fill] = ground ? [c('paper'), c('soft')] : [c('accent-ink'), c('accent')];
  return [
    { id: ground ? 'ground' : 'group', type: 'circle', source: 'things', filter, paint: { 'circle-color': fill, 'circle-stroke-color': c('paper'), 'circle-stroke-width': 2, 'circle-radius': radius } },
    { ...text(ground ? 'ground-count' : 'count', 'things', ['to-string', ['get', 'count']], 11, ink, fill), filter },
  ];
}

const fonts = ['Noto Sans', 'Liberation Sans', 'Helvetica Neue', 'Arial', 'sans-serif'];

function text(id: string, source: string, field: any, size: number, ink: string, halo: string, below = 0): any {
  return {
    id, type: 'symbol', source, ...(below ? { minzoom: 9 } : {}),
    layout: {
      'text-field': field, 'text-size': size, 'text-font': fonts, 'text-max-width': 9,
      'text-allow-overlap': id.endsWith('count'), ...(below ? { 'text-anchor': 'top', 'text-offset': [0, 0.9], 'text-optional': true } : { 'text-offset': [0, id === 'name' ? -1 : 0] }),
    },
    paint: { 'text-color': ink, 'text-halo-color': halo, 'text-halo-width': id.endsWith('count') ? 0 : 1.2 },
  };
}

// names are points in the middle of each area, so that a name stands there once.
function names(base: Data): Data {
  return { type: 'FeatureCollection', features: base.features.flatMap((f) => {
    const rings: [number, number][][] = f.geometry?.type === 'Polygon' ? [f.geometry.coordinates[0]] : f.geometry?.type === 'MultiPolygon' ? f.geometry.coordinates.map((p: any) => p[0]) : [];
    let best = 0;
    let at: [number, number] | undefined;
    for (const ring of rings) {
      const [size, middle] = centre(ring);
      if (size > best) [best, at] = [size, middle];
    }
    return at && f.properties?.name ? [{ type: 'Feature', properties: { name: f.properties.name }, geometry: { type: 'Point', coordinates: at } }] : [];
  }) };
}

function centre(ring: [number, number][]): [number, [number, number]] {
  let sum = 0, sx = 0, sy = 0;
  ring.forEach(([x1, y1], i) => {
    const [x2, y2] = ring[(i + 1) % ring.length];
    const cross = x1 * y2 - x2 * y1;
    sum += cross;
    sx += (x1 + x2) * cross;
    sy += (y1 + y2) * cross;
  });
  return [Math.abs(sum), [sx / (3 * sum), sy / (3 * sum)]];
}

// bounds are the corners that hold all of it: west, south, east, north.
export function bounds(data: Data): [number, number, number, number] | null {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  const take = (c: any): void => {
    if (typeof c?.[0] !== 'number') return c?.forEach?.(take);
    [west, east] = [Math.min(west, c[0]), Math.max(east, c[0])];
    [south, north] = [Math.min(south, c[1]), Math.max(north, c[1])];
  };
  for (const f of data.features) take(f.geometry?.coordinates);
  return west > east ? null : [west, south, east, north];
}
