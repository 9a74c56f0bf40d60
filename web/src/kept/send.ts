// Sends what waits: in the order of writing, one browser tab at a time, and each
// form as often as it takes until an answer comes. The node knows a form by its
// id, so that a repeat is harmless; nothing here has to be sure that it is not one.
import { all, change, drop, type Item } from './store';

// First is a form whose page is open and has the token for it.
export type First = { form: string; token: string };

export type Sent = { form: string; says: string; address: string };

const patience = 30_000; // milliseconds that a slow link has for one form

class NoLink extends Error {}

async function post(to: string, fields: [string, string][]): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(to, { method: 'POST', body: new URLSearchParams(fields), headers: { Accept: 'application/json' }, signal: AbortSignal.timeout(patience) });
  } catch {
    throw new NoLink();
  }
  if (answer.status >= 500 || answer.status === 429) throw new NoLink(); // the node, or what stands before it, is not there for us
  return answer;
}

async function body(answer: Response): Promise<any> {
  try {
    return await answer.json();
  } catch {
    throw new NoLink(); // cut off, or the answer of something else that sits in the line
  }
}

// key asks for what proves, in the session of now, that the form came from here.
async function key(item: Item): Promise<string | 'signin' | 'other'> {
  const answer = await post('/account/outbox', [['form', item.form]]);
  if (answer.status === 401 || answer.status === 403) return 'signin';
  const { token, person } = await body(answer);
  if (!token) throw new NoLink();
  return person === item.person ? token : 'other';
}

function deliver(item: Item, token: string): Promise<Response> {
  const age = Math.max(0, Math.round((Date.now() - item.made) / 1000));
  return post(item.action, [...item.fields, ['form', item.form], ['token', token], ['age', String(age)]]);
}

// once sends one form and says what became of it. An item that waits for somebody
// to sign in stays as it is.
async function once(item: Item, known: string): Promise<Sent | 'refused' | 'held'> {
  let answer = known ? await deliver(item, known) : null;
  if (!answer || answer.status === 403) { // the page's token is of a session that is over
    const token = await key(item);
    if (token === 'signin' || token === 'other') {
      await change(item.form, { state: 'signin' });
      return 'held';
    }
    answer = await deliver(item, token);
  }
  if (answer.status === 401) {
    await change(item.form, { state: 'signin' });
    return 'held';
  }
  const said = await body(answer);
  if (answer.ok && typeof said.address === 'string') {
    await drop(item.form);
    return { form: item.form, says: item.says, address: said.address };
  }
  if (answer.ok) throw new NoLink();
  await change(item.form, { state: 'refused', why: [said.title, said.hint].filter(Boolean).join(' '), problems: said.says ?? [] });
  return 'refused';
}

// alone runs while no other tab and not the service worker does. A browser without
// locks runs anyway: what is then sent twice counts once.
function alone<T>(run: () => Promise<T>): Promise<T> {
  return navigator.locks ? (navigator.locks.request('konbit-outbox', run) as Promise<T>) : run();
}

// flush sends all that this person may send now. What goes to one address goes in
// the order of writing: what was refused steps aside until somebody mends it, what
// waits holds back the rest. It gives what was recorded; link is false when an
// answer failed to come.
export function flush(person: string, first?: First): Promise<{ sent: Sent[]; link: boolean }> {
  return alone(async () => {
    const sent: Sent[] = [];
    for (const item of await all()) {
      if (item.state === 'refused' || item.person !== person) continue;
      try {
        const became = await once(item, item.form === first?.form ? first.token : '');
        if (became === 'held') break;
        if (became !== 'refused') sent.push(became);
      } catch (e) {
        if (!(e instanceof NoLink)) throw e;
        if (item.state !== 'waiting') await change(item.form, { state: 'waiting' });
        return { sent, link: false };
      }
    }
    return { sent, link: true };
  });
}
