// What was typed and is not yet recorded, in this browser's own database. Pages and
// the service worker share it. The format is docs/formats/outbox.md.

export type Problem = { field: string; label: string; why: string; hint: string };

export type Item = {
  n?: number; // order of writing; given by the database
  v: 1;
  form: string; // makes a repeat harmless
  person: string; // whose it is, as the node calls them to browsers
  name: string; // what they sign in as
  action: string; // where it goes
  page: string; // where its form stands
  says: string; // what it is called
  about: string; // the first words that were typed
  fields: [string, string][];
  made: number; // when it was written, by this device's clock
  state: 'waiting' | 'signin' | 'refused';
  why?: string;
  problems?: Problem[];
};

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((ok, failed) => {
    request.onsuccess = () => ok(request.result);
    request.onerror = () => failed(request.error);
  });
}

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((ok, failed) => {
    const request = indexedDB.open('konbit', 1);
    request.onupgradeneeded = () => request.result.createObjectStore('outbox', { keyPath: 'n', autoIncrement: true }).createIndex('form', 'form', { unique: true });
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close(); // a newer page wants another shape
      ok(request.result);
    };
    request.onerror = () => failed(request.error);
  });
  return opened;
}

// within runs one transaction and answers when it is on the disk, not before.
async function within<T>(mode: IDBTransactionMode, run: (outbox: IDBObjectStore) => Promise<T>): Promise<T> {
  const tx = (await open()).transaction('outbox', mode, { durability: 'strict' });
  const kept = new Promise<void>((ok, failed) => {
    tx.oncomplete = () => ok();
    tx.onabort = tx.onerror = () => failed(tx.error);
  });
  kept.catch(() => {}); // told below, or by what run waits for
  const result = await run(tx.objectStore('outbox'));
  await kept;
  return result;
}

export const all = (): Promise<Item[]> => within('readonly', (o) => done(o.getAll()));

// put keeps an item. One of the same form is replaced and keeps its place.
export function put(item: Item): Promise<void> {
  return within('readwrite', async (o) => {
    const was = (await done(o.index('form').get(item.form))) as Item | undefined;
    if (was) item.n = was.n;
    item.n = (await done(o.put(item))) as number;
  });
}

// change writes down what became of an item, unless it is gone.
export function change(form: string, to: Partial<Item>): Promise<void> {
  return within('readwrite', async (o) => {
    const was = await done(o.index('form').get(form));
    if (was) await done(o.put({ ...was, ...to }));
  });
}

export function drop(form: string): Promise<void> {
  return within('readwrite', async (o) => {
    const n = await done(o.index('form').getKey(form));
    if (n !== undefined) await done(o.delete(n));
  });
}

// newForm is a form's id, as the node makes them: 20 of A-Z and 2-7.
export function newForm(): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return Array.from(crypto.getRandomValues(new Uint8Array(20)), (b) => letters[b & 31]).join('');
}
