// What is asked of the map: both dates, how far back, which kinds, which view. It
// stands in the address, so that the very view can be sent to somebody.

export type Asked = { at: string; known: string; from: string; kinds: string[] | null; layers: string[] | null; view: string };

export function asked(): Asked {
  const q = new URLSearchParams(location.search);
  const kinds = q.getAll('kind').join(',');
  const layers = q.getAll('layer').join(',');
  return { at: q.get('at') ?? '', known: q.get('known') ?? '', from: q.get('from') ?? '', kinds: kinds ? kinds.split(',') : null, layers: layers ? layers.split(',') : null, view: q.get('view') ?? '' };
}

const own = new Set(['at', 'known', 'from', 'kind', 'layer', 'view', 'theme', 'as']);

// query is the part of an address that asks for it; view only where the page is meant.
export function query(a: Asked, view: boolean): URLSearchParams {
  // What else narrows the map, as a category, stays as it was asked.
  const q = new URLSearchParams([...new URLSearchParams(location.search)].filter(([name]) => !own.has(name)));
  for (const name of ['at', 'known', 'from'] as const) if (a[name]) q.set(name, a[name]);
  if (a.kinds) q.set('kind', a.kinds.join(',') || '-');
  if (a.layers) q.set('layer', a.layers.join(',') || '-');
  if (view && a.view) q.set('view', a.view);
  return q;
}

// readable leaves commas and colons as they are, which may stand in an address.
export function readable(q: URLSearchParams): string {
  return q.toString().replaceAll('%2C', ',').replaceAll('%3A', ':');
}

export function tell(a: Asked): void {
  const text = readable(query(a, true));
  history.replaceState(history.state, '', location.pathname + (text ? `?${text}` : ''));
}

const day = 86_400_000;

// dayOf is the day so many days after the first, as 2025-01-05.
export function dayOf(first: string, n: number): string {
  return new Date(Date.parse(first) + n * day).toISOString().slice(0, 10);
}

// later calls what it was last given once nothing came for a while.
export function later(wait: number): (run: () => void) => void {
  let timer = 0;
  return (run) => {
    clearTimeout(timer);
    timer = window.setTimeout(run, wait);
  };
}
