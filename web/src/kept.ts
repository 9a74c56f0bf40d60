// The outbox: on every page of somebody signed in. What is sent from a form that may
// be kept is written down in this browser first and leaves it when the node has
// recorded it, now or when there is a link again. Pages work without it.
import './live';
import './map';
import { all, put, type Item } from './kept/store';
import { flush, type First, type Sent } from './kept/send';
import { box, say, show, tell } from './kept/list';
import { empty, fill, forms, fresh, itemOf, mend, problems, tokenOf, touched } from './kept/forms';
import { remember } from './kept/remember';

const news = 'BroadcastChannel' in window ? new BroadcastChannel('konbit-outbox') : null;
const everySeconds = 30;

const recorded: Sent[] = [];

async function redraw(sending = false): Promise<Item[]> {
  const items = await all();
  show(items, recorded, sending, () => void redraw().then(() => news?.postMessage([])));
  return items;
}

// heard takes in what was recorded, by this page or by another or the worker.
function heard(sent: Sent[]): void {
  const fresh = sent.filter((s) => !recorded.some((r) => r.form === s.form));
  recorded.push(...fresh);
  if (fresh.length) tell(say('sent'));
}

let running: Promise<{ sent: Sent[]; link: boolean }> | null = null;

// run sends what waits, once at a time in this tab.
async function run(first?: First): Promise<{ sent: Sent[]; link: boolean }> {
  const items = await redraw(true);
  if (!items.some((i) => i.person === box.dataset.person && i.state !== 'refused')) {
    await redraw();
    return { sent: [], link: true };
  }
  running ??= flush(box.dataset.person!, first).finally(() => (running = null));
  const result = await running;
  heard(result.sent);
  if (result.sent.length) news?.postMessage(result.sent);
  await redraw();
  return result;
}

// send takes what was typed out of the form at once, so that the next can be typed
// while it is on its way, and goes where the node would have sent the browser. Who
// is typing again by then stays: the list says what was recorded.
async function send(form: HTMLFormElement): Promise<void> {
  const token = tokenOf(form);
  const item = itemOf(form);
  empty(form);
  try {
    await put(item);
  } catch (e) {
    console.warn(e); // a browser that keeps nothing: the form goes the plain way
    fill(form, item, token);
    form.submit();
    return;
  }
  if (running) await running.catch(() => {}); // it may have read the list before
  const { sent } = await run({ form: item.form, token });
  const mine = sent.find((s) => s.form === item.form);
  if (mine) {
    if (touched(form) || document.body.classList.contains('kept')) return;
    if (location.pathname + location.search === mine.address) location.reload();
    else location.assign(mine.address);
    return;
  }
  const now = (await all()).find((i) => i.form === item.form);
  if (!now) return;
  tell(say(now.state));
  if (now.state === 'refused') {
    if (touched(form)) return;
    fill(form, now);
    problems(form, now);
    return;
  }
  if (!touched(form) && !form.contains(document.activeElement)) box.focus();
  void navigator.serviceWorker?.ready.then((r) => (r as any).sync?.register('konbit-outbox')).catch(() => {});
}

// submitted is told of every form: those of a page that keeps itself fresh change.
function submitted(e: SubmitEvent): void {
  const form = e.target as HTMLFormElement;
  if (!form.matches('form[data-keep]')) return;
  e.preventDefault();
  void send(form);
}

// opened shows, of a page that stands for many, the form that the address means.
function opened(): void {
  const wanted = [...document.querySelectorAll<HTMLDetailsElement>('details[data-opens]')].find((d) => d.dataset.opens === location.pathname || `#${d.id}` === location.hash);
  if (!wanted) return;
  wanted.open = true;
  wanted.querySelector<HTMLElement>('input:not([type=hidden]),select,textarea')?.focus();
}

function begin(): void {
  const kept = document.body.classList.contains('kept');
  if (kept) {
    for (const form of forms()) fresh(form);
    opened();
  }
  document.addEventListener('submit', submitted);
  void mend();
  void run();
  box.querySelector('button')!.addEventListener('click', () => void run());
  addEventListener('online', () => void run());
  addEventListener('pageshow', (e) => {
    if (!e.persisted) return;
    for (const form of forms()) fresh(form); // it came back from the past, and may have been sent
    void run();
  });
  news?.addEventListener('message', (e) => {
    heard(e.data);
    void redraw();
  });
  setInterval(() => void run(), everySeconds * 1000);
  remember(box.dataset.sw!, box.dataset.kept);
}

if (box && 'indexedDB' in window) begin();
