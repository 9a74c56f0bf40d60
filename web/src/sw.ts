// The service worker: the forms open without a link. It keeps the style sheet, the
// scripts, and for each mission the one page of forms, which has nothing of the
// record on it. That page belongs to who is signed in: it goes when they sign out,
// and when the node says that somebody else is there, or nobody.
//
// The node writes the list of files before the first line, so that the bytes of this
// script change with any of them and browsers take the new one over.
import { flush } from './kept/send';

const worker = self as any; // the types of pages and of workers do not go together
const files: string[] = worker.konbitFiles;
const own = 'konbit-files';
const pages = 'konbit-pages';
const fresh = 10 * 60_000; // milliseconds a kept page is not asked for again
const patience = 15_000; // milliseconds until a page that is there is shown instead of waiting
const person = 'Konbit-Person';

worker.addEventListener('install', (e: any) => {
  e.waitUntil(caches.open(own).then((c) => c.addAll(files)).then(() => worker.skipWaiting()));
});

// What an older page needs is taken away only when there are newer pages.
worker.addEventListener('activate', (e: any) => {
  e.waitUntil(
    (async () => {
      await worker.clients.claim();
      const c = await caches.open(pages);
      const renewed = await Promise.all((await c.keys()).map((r) => keep(new URL(r.url).pathname, true)));
      if (!renewed.every(Boolean)) return;
      const o = await caches.open(own);
      for (const r of await o.keys()) if (!files.includes(new URL(r.url).pathname)) await o.delete(r);
    })(),
  );
});

// keep asks for a page of forms and puts it in the place of the old one.
async function keep(path: string, always: boolean): Promise<boolean> {
  const c = await caches.open(pages);
  const was = await c.match(path);
  if (was && !always && Date.now() - Date.parse(was.headers.get('Date') ?? '') < fresh) return true;
  try {
    const page = await fetch(path, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (page.ok && page.headers.get(person)) await c.put(path, page);
    else if (page.status < 500) await c.delete(path);
    return page.ok;
  } catch {
    return false; // what is kept is better than nothing
  }
}

const forget = () => caches.delete(pages);

// belongs forgets the pages when an answer is for somebody else than they are.
async function belongs(answer: Response): Promise<void> {
  if (answer.type !== 'basic' || answer.status >= 500) return; // says nothing of who is there
  const now = answer.headers.get(person) ?? '';
  const c = await caches.open(pages);
  for (const r of await c.keys()) if ((await c.match(r))?.headers.get(person) !== now) return void (await forget());
}

// keptFor is the page of forms of the mission that an address is of, or of any.
async function keptFor(url: URL): Promise<Response | undefined> {
  const c = await caches.open(pages);
  const own = await c.match(`/${url.pathname.split('/')[1]}/kept`);
  if (own || url.pathname !== '/') return own;
  const first = (await c.keys())[0];
  return first && c.match(first);
}

async function visit(e: any): Promise<Response> {
  const url = new URL(e.request.url);
  const asked = fetch(e.request);
  const there = await keptFor(url);
  const wait = there ? Promise.race([asked, new Promise<never>((_, no) => setTimeout(no, patience))]) : asked;
  try {
    const answer = await wait;
    e.waitUntil(belongs(answer));
    const down = [502, 503, 504].includes(answer.status); // what stands before the node has no link to it
    return (down && there) || answer;
  } catch {
    asked.catch(() => {});
    return there ?? Response.error();
  }
}

worker.addEventListener('fetch', (e: any) => {
  const request: Request = e.request;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === 'POST' && request.mode === 'navigate' && url.pathname === '/sign-out') return void e.waitUntil(forget());
  if (request.method !== 'GET') return;
  if (url.pathname.startsWith('/-/')) {
    if (files.includes(url.pathname)) e.respondWith(caches.match(url.pathname).then((f) => f ?? fetch(request)));
    return;
  }
  if (request.mode === 'navigate') e.respondWith(visit(e));
});

worker.addEventListener('message', (e: any) => {
  if (typeof e.data?.keep === 'string') e.waitUntil(keep(e.data.keep, false));
});

// Where the browser can wake the worker, what waits goes out without a page.
worker.addEventListener('sync', (e: any) => {
  if (e.tag !== 'konbit-outbox') return;
  e.waitUntil(
    (async () => {
      const first = (await (await caches.open(pages)).matchAll())[0];
      const whose = first?.headers.get(person);
      if (!whose) return;
      const { sent, link } = await flush(whose);
      new BroadcastChannel('konbit-outbox').postMessage(sent);
      if (!link) throw new Error('no link'); // the browser tries again
    })(),
  );
});
