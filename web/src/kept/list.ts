// What the reader is told of the outbox, on every page of somebody signed in.
import { drop, type Item } from './store';
import type { Sent } from './send';

export const box = document.querySelector<HTMLElement>('#outbox')!;

export const say = (word: string, args: Record<string, string> = {}) =>
  Object.entries(args).reduce((text, [name, value]) => text.replace(`{${name}}`, value), box.dataset[`say${word[0].toUpperCase()}${word.slice(1)}`] ?? '');

function part<K extends keyof HTMLElementTagNameMap>(tag: K, text: string, className = ''): HTMLElementTagNameMap[K] {
  const e = document.createElement(tag);
  e.textContent = text;
  if (className) e.className = className;
  return e;
}

function link(text: string, href: string): HTMLAnchorElement {
  const a = part('a', text);
  a.href = href;
  return a;
}

const clock = (at: number) => new Date(at).toLocaleString(document.documentElement.lang, { dateStyle: 'short', timeStyle: 'short' });

// line is one form that waits. Whose it is not sees that there is one, not what it says.
function line(item: Item, mine: boolean, sending: boolean, again: () => void): HTMLLIElement {
  const li = part('li', '');
  li.dataset.state = mine ? item.state : 'other';
  li.append(part('strong', item.says), ' ', part('small', say('now', { time: clock(item.made) })));
  if (!mine) {
    li.append(part('p', say('other', { name: item.name })));
    return li;
  }
  if (item.about) li.append(part('p', item.about, 'outbox-about'));
  li.append(part('p', sending && item.state !== 'refused' ? say('sending') : say(item.state), 'outbox-state'));
  if (item.state === 'signin') li.append(link(say('signedoff'), `/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`));
  if (item.state !== 'refused') return li;
  for (const why of item.problems?.length ? item.problems.map((p) => `${p.label}: ${p.why} ${p.hint}`) : [item.why ?? '']) li.append(part('p', why, 'bad'));
  const throwAway = part('button', say('drop'), 'plain-button');
  throwAway.type = 'button';
  throwAway.addEventListener('click', async () => {
    if (!confirm(say('sure'))) return;
    await drop(item.form);
    again();
  });
  const acts = part('p', '', 'send');
  acts.append(link(say('mend'), `${item.page}#kept=${item.form}`), ' ', throwAway);
  li.append(acts);
  return li;
}

// show writes the list anew. It stays hidden while nothing waits and nothing was
// just recorded.
export function show(items: Item[], recorded: Sent[], sending: boolean, again: () => void): void {
  const person = box.dataset.person!;
  box.dataset.waiting = String(items.length);
  box.hidden = !items.length && !recorded.length;
  box.querySelector('ol')!.replaceChildren(
    ...items.map((i) => line(i, i.person === person, sending, again)),
    ...recorded.map((s) => {
      const li = part('li', '');
      li.dataset.state = 'sent';
      const tick = part('span', '✓ ', 'tick');
      tick.ariaHidden = 'true';
      li.append(tick, part('strong', s.says), ' ', part('span', say('sent')), ' ', link(say('open'), s.address));
      return li;
    }),
  );
  box.querySelector<HTMLElement>('.send')!.hidden = !items.some((i) => i.person === person && i.state !== 'refused');
}

// tell is read aloud by who does not see.
export function tell(text: string): void {
  box.querySelector('[role=status]')!.textContent = text;
}
