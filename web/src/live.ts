// Keeps a page of the operations room fresh. When something that it shows changes,
// or becomes late by the clock, the same address is fetched and what is different
// is put in its place. Without this script the page says when it was made.

import { Link, type News } from './live/link';
import { morph } from './live/morph';
import { Sound } from './live/sound';

const bar = document.querySelector<HTMLElement>('[data-live]');
if (bar) begin(bar);

function begin(bar: HTMLElement): void {
  const say = bar.dataset;
  const part = (name: string): HTMLElement => bar.querySelector<HTMLElement>(`[data-live-${name}]`)!;
  const [state, reload, news, alert] = ['state', 'reload', 'news', 'alert'].map(part) as [HTMLElement, HTMLElement, HTMLElement, HTMLElement];
  let kinds = JSON.parse(say.kinds!) as Record<string, string>;

  // The node's clock, from when the page was made: the browser's may be wrong.
  let made = Date.parse(say.made!);
  let since = performance.now();
  const now = (): number => made + performance.now() - since;
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone: say.zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const at = (t: number): string => clock.format(t);

  const sound = new Sound(bar, (wall) => at(now() + wall - Date.now()));
  let alarms = split(say.sounds!);
  sound.set(alarms);

  let spread = 0;
  let lostAt = 0; // by the node's clock; 0 while there is a link
  let next = 0;
  let over = '';
  let waiting = 0;
  let running = false;
  let again = false;
  let due = 0;
  const changed = new Set<string>();

  function show(): void {
    let text = say.sayOpening!;
    let is = 'opening';
    if (over) [is, text] = ['lost', over];
    else if (lostAt) {
      [is, text] = ['lost', say.sayLost!.replace('{time}', at(lostAt))];
      const left = Math.ceil((next - performance.now()) / 1000);
      if (left > 0) text += ` ${say.sayAgain!.replace('{n}', String(left))}`;
    } else if (up) [is, text] = ['live', say.sayLive!];
    bar.dataset.state = is;
    bar.querySelector('.live-mark')!.textContent = is === 'live' ? '●' : is === 'lost' ? '×' : '○';
    if (state.textContent !== text) state.textContent = text;
    reload.hidden = is === 'live';
  }
  let up = false;

  const link = new Link(say.live!, say.after!, (n: News) => {
    switch (n.what) {
      case 'up':
        spread = n.spread;
        if (lostAt) soon(0);
        [up, lostAt] = [true, 0];
        break;
      case 'down':
        if (n.wait === 0) break; // the first of several windows has only begun
        lostAt ||= now();
        [up, next] = [false, performance.now() + n.wait];
        break;
      case 'change':
        for (const k of n.kinds) if (kinds[k]) changed.add(k);
        if (changed.size > 0) soon(spread);
        break;
      case 'reload':
        soon(spread);
    }
    show();
  });
  show();
  setInterval(show, 1000);

  // soon fetches the page in a moment: several changes at once are one, and many
  // readers do not all ask in the same instant.
  function soon(within: number): void {
    if (over) return;
    if (running) {
      again = true;
      return;
    }
    waiting ||= setTimeout(() => void refresh(), 60 + Math.random() * within);
  }

  async function refresh(): Promise<void> {
    waiting = 0;
    [running, again] = [true, false];
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html', 'Konbit-Refresh': 'yes' }, cache: 'no-store', signal: AbortSignal.timeout(30_000) });
      if (new URL(answer.url).pathname.startsWith('/sign-in')) end(say.sayOut!);
      else if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) end(say.sayGone!);
      else if (answer.ok) take(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      link.lost();
    }
    running = false;
    plan();
    if (again) soon(1000);
  }

  function end(why: string): void {
    over = why;
    link.stop();
    sound.set([]);
    show();
  }

  function take(page: Document): void {
    const fresh = page.querySelector<HTMLElement>('[data-live]');
    const main = document.querySelector('main')!;
    const theirs = page.querySelector('main');
    if (!fresh || !theirs) {
      end(say.sayGone!);
      return;
    }
    kinds = JSON.parse(fresh.dataset.kinds!) as Record<string, string>;
    for (const name of ['due', 'minute', 'sounds', 'made', 'kinds'] as const) {
      if (fresh.dataset[name] === undefined) delete say[name];
      else say[name] = fresh.dataset[name];
    }
    [made, since] = [Date.parse(say.made!), performance.now()];
    part('alarms').replaceChildren(...fresh.querySelector('[data-live-alarms]')!.childNodes);
    fresh.replaceWith(document.importNode(bar, true)); // the bar is not what is compared
    const hold = anchor(main);
    const focus = document.activeElement;
    const seen = new Set(main.querySelectorAll('[id], tr, li'));
    morph(main, theirs);
    if (focus && focus !== document.body && !focus.isConnected) main.focus({ preventScroll: true });
    hold();
    mark(main, seen);
    told();
  }

  // told says to those who do not see it what has changed.
  function told(): void {
    const fresh = split(say.sounds!);
    if (fresh.some((a) => !alarms.includes(a))) alert.textContent = say.sayAlarm!.replace('{time}', at(now()));
    else if (fresh.length === 0) alert.textContent = '';
    alarms = fresh;
    sound.set(alarms);
    if (changed.size === 0) return;
    const what = [...changed].map((k) => kinds[k] ?? k).join(', ');
    news.textContent = say.sayChanged!.replace('{time}', at(now())).replace('{what}', what);
    changed.clear();
  }

  // plan asks again when the next thing becomes late, each minute while something
  // on the page grows older, and now and then in any case.
  function plan(): void {
    clearTimeout(due);
    if (over) return;
    let wait = say.minute === undefined ? 300_000 : 60_000;
    if (say.due) wait = Math.min(wait, Math.max(500, Date.parse(say.due) - now() + 300));
    due = setTimeout(() => soon(spread), wait);
  }
  plan();
}

function split(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

// anchor holds what the reader looks at where it is while lines come in above it.
// At the top of the page what is new is what they want to see.
function anchor(main: Element): () => void {
  if (scrollY < 40) return () => {};
  const held = [...main.querySelectorAll('[id], tr, li')].find((el) => el.getBoundingClientRect().top >= 0);
  const top = held?.getBoundingClientRect().top ?? 0;
  return () => {
    if (held?.isConnected) scrollBy(0, held.getBoundingClientRect().top - top);
  };
}

// mark shows for a while what has come.
function mark(main: Element, seen: Set<Element>): void {
  for (const el of main.querySelectorAll('li[id], tbody tr')) {
    if (seen.has(el)) continue;
    el.classList.add('live-new');
    setTimeout(() => el.classList.remove('live-new'), 30_000);
  }
}
