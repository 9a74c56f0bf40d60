import { type BrowserContext, type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

const mission = '/haiti-mss';
const phone = { width: 390, height: 844 };

async function fill(page: Page, what: string): Promise<void> {
  const form = page.locator('form[action$="/room/flash/new"]');
  await form.getByLabel('Category').selectOption('SHOOTING');
  await form.getByLabel('What happened').fill(what);
  await form.getByLabel('Place').fill('North gate 18QYF80155322');
  await form.getByRole('button', { name: 'Send now' }).click();
}

// recorded counts the flashes, and the incidents, that say something.
async function recorded(context: BrowserContext, what: string): Promise<[number, number]> {
  const count = async (kind: string) => ((await (await context.request.get(`${mission}/records/${kind}.csv`)).text()).match(new RegExp(what, 'g')) ?? []).length;
  return [await count('flash'), await count('incident')];
}

// ready waits until the browser keeps the page of forms.
async function ready(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(async () => (await (await caches.open('konbit-pages')).keys()).length), { timeout: 15_000 }).toBe(1);
}

const outbox = (page: Page) => page.getByRole('complementary', { name: 'Waiting in this browser' });

test('a flash that is written without a link is kept, and recorded once when it is back', async ({ browser }) => {
  const context = await browser.newContext({ viewport: phone });
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  await context.setOffline(true);
  await page.goto(`${mission}/room/flash/new`); // opens without a link
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Forms without a link');
  expect(await faults(page)).toEqual([]);
  await fill(page, 'Kept at the north gate');
  await expect(outbox(page)).toContainText('Kept in this browser');
  await expect(outbox(page)).toContainText('Kept at the north gate');
  await fill(page, 'Kept a second time'); // another one, not a repeat
  await expect(outbox(page).getByRole('listitem')).toHaveCount(2);
  await page.goto(`${mission}/room/log`); // and it outlives its page
  await expect(outbox(page).getByRole('listitem')).toHaveCount(2);
  expect(await recorded(context, 'Kept').catch(() => [0, 0])).toEqual([0, 0]);
  await context.setOffline(false);
  await expect(outbox(page)).toContainText('Recorded at this node');
  await expect(outbox(page)).not.toContainText('Kept in this browser');
  expect(await recorded(context, 'Kept at the north gate')).toEqual([1, 1]);
  expect(await recorded(context, 'Kept a second time')).toEqual([1, 1]);
  await outbox(page).getByRole('link', { name: 'Open' }).first().click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Flash \d/);
  await context.close();
});

test('an answer that was lost makes no second flash', async ({ browser }) => {
  const context = await browser.newContext({ viewport: phone });
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room/flash/new`);
  let lost = 0;
  await page.route('**/room/flash/new', async (route) => {
    if (route.request().method() !== 'POST' || lost++) return route.fallback();
    await route.fetch(); // the node has it
    await route.abort('connectionreset'); // and the browser never hears
  });
  await fill(page, 'The answer was lost');
  await expect(outbox(page)).toContainText('Kept in this browser');
  expect(await recorded(context, 'The answer was lost')).toEqual([1, 1]);
  await outbox(page).getByRole('button', { name: 'Send now' }).click();
  await expect(outbox(page)).toContainText('Recorded at this node');
  expect(lost).toBe(2);
  expect(await recorded(context, 'The answer was lost')).toEqual([1, 1]);
  await context.close();
});

test('two pages that send at once record it once', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room/flash/new`);
  await ready(page);
  const other = await context.newPage();
  await other.goto(`${mission}/room`);
  await context.setOffline(true);
  await fill(page, 'Sent from two pages');
  await expect(outbox(page)).toContainText('Kept in this browser');
  // Without their lock both send; the node has the last word.
  for (const p of [page, other]) await p.evaluate(() => Object.defineProperty(navigator, 'locks', { value: undefined }));
  let posts = 0;
  await context.route('**/room/flash/new', async (route) => {
    if (route.request().method() === 'POST') await new Promise((done) => setTimeout(done, 1000)); // a slow link
    await route.fallback();
  });
  context.on('request', (r) => (posts += +(r.method() === 'POST' && r.url().endsWith('/room/flash/new'))));
  await context.setOffline(false);
  await Promise.all([page, other].map((p) => p.evaluate(() => dispatchEvent(new Event('online')))));
  await expect.poll(() => recorded(context, 'Sent from two pages')).toEqual([1, 1]);
  await expect(outbox(page)).not.toContainText('Kept in this browser');
  await page.waitForTimeout(500);
  expect(await recorded(context, 'Sent from two pages')).toEqual([1, 1]);
  expect(posts).toBeGreaterThan(1); // else this test shows nothing
  await context.close();
});

test('what waits when the session has ended waits for its person, and nobody else sees it', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room/flash/new`);
  const [cookie] = (await context.cookies()).filter((c) => c.name === 'konbit_session');
  await context.clearCookies({ name: 'konbit_session' });
  await fill(page, 'Written as the session ended');
  await expect(outbox(page)).toContainText('sign in to send it');
  const other = await context.newPage();
  await signIn(other, 'cell', mission);
  await expect(outbox(other)).toContainText('Waits for duty to sign in');
  await expect(outbox(other)).not.toContainText('Written as the session ended');
  await other.getByRole('button', { name: 'Sign out' }).click();
  await other.waitForURL('**/');
  await signIn(other, 'duty', `${mission}/room`);
  await expect(outbox(other)).toContainText('Recorded at this node');
  expect((await context.cookies()).find((c) => c.name === 'konbit_session')!.value).not.toBe(cookie.value);
  expect(await recorded(context, 'Written as the session ended')).toEqual([1, 1]);
  await context.close();
});

test('what the node refuses keeps what was typed, says why, and can be mended', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  await context.setOffline(true);
  await page.goto(`${mission}/kept`);
  const form = page.locator('form[action$="/room/flash/new"]');
  await page.getByText('Send a flash').click();
  await form.getByLabel('Category').selectOption('CRASH');
  await form.getByLabel('What happened').fill('Crash on the pass');
  await form.getByLabel('Place').fill('18QYF8015532');
  await form.getByRole('button', { name: 'Send now' }).click();
  await expect(outbox(page)).toContainText('Kept in this browser');
  await context.setOffline(false);
  await expect(outbox(page)).toContainText('Not taken; nothing is lost');
  await expect(outbox(page)).toContainText('lacks a digit');
  await outbox(page).getByRole('link', { name: 'Mend' }).click();
  await page.reload();
  await expect(form.getByLabel('What happened')).toHaveValue('Crash on the pass');
  await expect(form.getByLabel('Place')).toHaveAttribute('aria-invalid', 'true');
  await form.getByLabel('Place').fill('18QYF80155322');
  await form.getByRole('button', { name: 'Send now' }).click();
  await expect(outbox(page)).toContainText('Recorded at this node');
  await expect(outbox(page)).not.toContainText('Not taken');
  expect(await recorded(context, 'Crash on the pass')).toEqual([1, 1]);
  await context.close();
});

test('lines and check-ins keep their order and the time at which they were written', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  await context.setOffline(true);
  await page.goto(`${mission}/room/log`);
  for (const n of ['first', 'second', 'third']) {
    await page.getByLabel('New line').fill(`kept line, the ${n}`);
    await page.getByRole('button', { name: 'Write', exact: true }).click();
  }
  await expect(outbox(page).getByRole('listitem')).toHaveCount(3);
  // As if it had waited for two hours: the form says how long ago, not when.
  await page.evaluate(
    () =>
      new Promise<void>((done) => {
        indexedDB.open('konbit').onsuccess = (e: any) => {
          const tx = e.target.result.transaction('outbox', 'readwrite');
          tx.objectStore('outbox').openCursor().onsuccess = (c: any) => {
            const cursor = c.target.result;
            if (!cursor) return;
            cursor.update({ ...cursor.value, made: cursor.value.made - 2 * 3600_000 });
            cursor.continue();
          };
          tx.oncomplete = () => done();
        };
      }),
  );
  await context.setOffline(false);
  await expect(outbox(page).locator('[data-state=sent]')).toHaveCount(3);
  const lines = (await (await context.request.get(`${mission}/room/log.json`)).json()) as { rows: any[] };
  const kept = lines.rows.filter((l) => String(l.text).startsWith('kept line'));
  expect(kept.map((l) => l.text)).toEqual(['kept line, the third', 'kept line, the second', 'kept line, the first']);
  const late = (Date.now() - Date.parse(kept[0].at)) / 60_000;
  expect(late).toBeGreaterThan(115);
  expect(late).toBeLessThan(125);
  await page.goto(`${mission}/room/log`);
  await expect(page.getByText(/written \d\d:\d\d/).first()).toBeVisible();
  await context.close();
});

test('the forms go when their person signs out, and when somebody else comes', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const pages = () => page.evaluate(async () => (await (await caches.open('konbit-pages')).keys()).map((r) => new URL(r.url).pathname));
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  expect(await pages()).toEqual([`${mission}/kept`]); // and nothing else of the record
  const body = await page.evaluate(async () => (await (await caches.open('konbit-pages')).matchAll())[0].text());
  for (const never of ['Signed in as', 'lamp', 'casualt', 'per-0001']) expect(body).not.toContain(never);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/');
  expect(await pages()).toEqual([]);
  await context.setOffline(true);
  await expect(page.goto(`${mission}/room/flash/new`)).rejects.toThrow();
  await context.setOffline(false);
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  await context.clearCookies({ name: 'konbit_session' }); // the session is over, and somebody else signs in
  await signIn(page, 'finance', '/account');
  expect(await pages()).toEqual([]);
  await context.close();
});

test('a new service worker takes over without a word', async ({ browser }) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  const answer = await context.request.get('/-/sw.js');
  expect(answer.headers()['service-worker-allowed']).toBe('/');
  expect(answer.headers()['cache-control']).toBe('no-cache');
  await signIn(page, 'duty', `${mission}/room`);
  await ready(page);
  const files = () => page.evaluate(async () => (await (await caches.open('konbit-files')).keys()).map((r) => new URL(r.url).pathname));
  expect((await files()).length).toBe(3);
  await page.evaluate(async () => (await caches.open('konbit-files')).put('/-/konbit.0000000000.css', new Response('old')));
  await page.evaluate(() => navigator.serviceWorker.register('/-/sw.js?next', { scope: '/' })); // to the browser it is another one
  await expect.poll(files).not.toContain('/-/konbit.0000000000.css');
  expect((await files()).length).toBe(3);
  await ready(page);
  await context.close();
});
