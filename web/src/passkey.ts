// Passkeys, the one thing on the pages of people that a browser must do itself.
// An element with data-passkey stays hidden without this script; with it, its
// button asks the browser for a key and sends the answer back. Pages work
// without it.

type Answer = { ceremony?: string; options?: { publicKey: any }; address?: string; hint?: string; title?: string };

const usable = 'PublicKeyCredential' in window && typeof PublicKeyCredential.parseRequestOptionsFromJSON === 'function' && window.isSecureContext;

async function post(island: HTMLElement, body: Record<string, unknown>): Promise<Answer> {
  const { to, form, token } = island.dataset;
  const sent = await fetch(to!, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: JSON.stringify({ form, token, ...body }),
  });
  const answer: Answer = await sent.json();
  if (!sent.ok) throw new Error([answer.title, answer.hint].filter(Boolean).join(' '));
  return answer;
}

// answerOf asks the browser: for a new key, or for one it has.
async function answerOf(island: HTMLElement, publicKey: any): Promise<PublicKeyCredential | null> {
  if (island.dataset.passkey === 'register') {
    return (await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })) as PublicKeyCredential | null;
  }
  return (await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) })) as PublicKeyCredential | null;
}

async function run(island: HTMLElement): Promise<void> {
  const begun = await post(island, {});
  let key: PublicKeyCredential | null;
  try {
    key = await answerOf(island, begun.options!.publicKey);
  } catch {
    key = null; // its owner changed their mind, or has none
  }
  if (!key) throw new Error(island.dataset.failed);
  const done = await post(island, { ceremony: begun.ceremony, answer: key.toJSON(), next: island.dataset.next });
  location.assign(done.address!);
}

for (const island of document.querySelectorAll<HTMLElement>('[data-passkey]')) {
  // A passkey belongs to a name; an address of numbers has none.
  if (!usable || /^[\d.]+$|:/.test(location.hostname)) continue;
  const button = island.querySelector('button')!;
  const told = island.querySelector('.bad')!;
  island.hidden = false;
  button.addEventListener('click', async () => {
    told.textContent = '';
    button.disabled = true;
    try {
      await run(island);
    } catch (e) {
      told.textContent = (e as Error).message || island.dataset.failed!;
      button.disabled = false;
      button.focus();
    }
  });
}
