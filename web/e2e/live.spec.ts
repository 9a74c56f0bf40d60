import { type Browser, type Page } from '@playwright/test';
import { rmSync } from 'node:fs';
import { expect, faults, folder, freePort, konbit, start, test } from './base';
import { signIn } from './people';

const mission = '/haiti-mss';
const room = `${mission}/room`;

// open signs somebody in in a browser of their own and waits until the page is live.
async function open(browser: Browser, name: string, address: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, name, address);
  await expect(bar(page)).toHaveAttribute('data-state', 'live');
  await page.evaluate(() => ((window as any).sameDocument = true));
  return page;
}

const bar = (page: Page) => page.getByRole('region', { name: 'Freshness of this page' });
const same = (page: Page) => page.evaluate(() => (window as any).sameDocument === true);

// write puts a line into the log as somebody else.
async function write(page: Page, line: string): Promise<void> {
  await page.goto(`${room}/log?post=`);
  await page.getByLabel('New line').fill(line);
  await page.getByRole('button', { name: 'Write' }).click();
  await expect(page.getByText(line)).toBeVisible();
}

test('a line that a second person writes stands on the open page, and what is being typed there stays', async ({ browser }) => {
  const first = await open(browser, 'duty', `${room}/log?post=`);
  const line = first.getByLabel('New line');
  await line.fill('half a thought');
  await line.evaluate((el: HTMLInputElement) => el.setSelectionRange(4, 6));
  const second = await (await browser.newContext()).newPage();
  await signIn(second, 'operations', room);
  const text = `generator stopped ${Date.now()}`;
  await write(second, text);
  await expect(first.getByText(text)).toBeVisible();
  await expect(first.getByRole('status')).toContainText('Log');
  await expect(line).toHaveValue('half a thought');
  await expect(line).toBeFocused();
  expect(await line.evaluate((el: HTMLInputElement) => [el.selectionStart, el.selectionEnd])).toEqual([4, 6]);
  expect(await same(first)).toBe(true);
  // What was typed is sent with the keys that it was begun with.
  await first.keyboard.press('Enter');
  await expect(first.getByText('half a thought')).toBeVisible();
  await first.context().close();
  await second.context().close();
});

test('a flash comes to the board, the list and the flash itself without loading them', async ({ browser }) => {
  const board = await open(browser, 'duty', room);
  const list = await open(browser, 'operations', `${room}/flash`);
  const second = await (await browser.newContext()).newPage();
  await signIn(second, 'operations', `${room}/flash/new`);
  const text = `Shots at the gate ${Date.now()}`;
  await second.locator('[name="f.category"]').selectOption('SHOOTING');
  await second.locator('[name="f.summary"]').fill(text);
  await second.getByRole('button', { name: 'Send now' }).click();
  await second.waitForURL(/flash\/FLA-/);
  await expect(board.getByRole('link', { name: text })).toBeVisible();
  await expect(list.getByRole('link', { name: text })).toBeVisible();
  await list.getByRole('link', { name: text }).click();
  await expect(bar(list)).toHaveAttribute('data-state', 'live');
  await second.getByRole('button', { name: 'I have read it' }).first().click();
  await expect(list.getByText(/Acknowledged by/)).toBeVisible();
  expect(await same(board)).toBe(true);
  for (const page of [board, list, second]) await page.context().close();
});

test('who may not read it hears nothing', async ({ browser }) => {
  const first = await open(browser, 'duty', `${room}/log?post=`);
  const listen = (page: Page) =>
    page.evaluate((to) => {
      const all: string[] = ((window as any).heard = []);
      const source = new EventSource(to);
      for (const name of ['change', 'reload']) source.addEventListener(name, (e) => all.push(`${name} ${(e as MessageEvent).data}`));
      return new Promise((done) => source.addEventListener('hello', done, { once: true })).then(() => {});
    }, `${mission}/live`);
  const outsiders: Page[] = [];
  for (const name of ['donor.usa', 'ministry.jam', 'family', '']) {
    const page = await (await browser.newContext()).newPage();
    if (name) await signIn(page, name, mission);
    else await page.goto(mission);
    await listen(page);
    outsiders.push(page);
  }
  await listen(first);
  const second = await (await browser.newContext()).newPage();
  await signIn(second, 'operations', room);
  await write(second, `not for others ${Date.now()}`);
  await expect.poll(() => first.evaluate(() => (window as any).heard.length)).toBeGreaterThan(0);
  await first.waitForTimeout(500);
  for (const page of outsiders) expect(await page.evaluate(() => (window as any).heard)).toEqual([]);
  for (const page of [first, second, ...outsiders]) await page.context().close();
});

test('alarms sound once somebody has asked for it, until they are silenced; a new one breaks the silence', async ({ browser }) => {
  const page = await open(browser, 'duty', room);
  const second = await (await browser.newContext()).newPage();
  await signIn(second, 'operations', `${room}/patrols/new`);
  const overdue = async (name: string): Promise<void> => {
    await second.goto(`${room}/patrols/new`);
    await second.getByLabel('Post').fill('pst-lsa1');
    await second.getByLabel('Type').selectOption('VEHICLE');
    await second.getByLabel('Destination').fill(name);
    const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 16) + 'Z';
    await second.locator('[name="f.at"]').fill(ago(3));
    await second.locator('[name="f.until"]').fill(ago(1));
    await second.getByRole('button', { name: 'Put it in the plan' }).click();
    await second.waitForURL(/patrols\/PAT-/);
  };
  await expect(bar(page)).not.toHaveAttribute('data-sounding', 'yes');
  await overdue('Old road');
  await expect(page.getByText(/Old road: overdue/)).toBeVisible();
  await expect(page.getByRole('alert').filter({ hasText: 'New alarm' })).toBeAttached();
  await expect(bar(page)).toContainText('Alarm sound is off');
  await bar(page).getByRole('button', { name: 'Turn alarm sound on' }).press('Enter');
  await expect(bar(page)).toHaveAttribute('data-sounding', 'yes');
  await bar(page).getByRole('button', { name: 'Silence for 10 minutes' }).press('Enter');
  await expect(bar(page)).toHaveAttribute('data-sounding', 'no');
  await expect(bar(page)).toContainText('Silent until');
  await page.reload();
  await expect(bar(page)).toContainText(/Silent until|The browser keeps/);
  await page.mouse.click(5, 5); // a browser lets no page sound that nobody has touched
  await expect(bar(page)).toContainText('Silent until');
  await expect(bar(page)).toHaveAttribute('data-sounding', 'no');
  await overdue('New road');
  await expect(bar(page)).toHaveAttribute('data-sounding', 'yes');
  expect(await faults(page)).toEqual([]);
  await page.context().close();
  await second.context().close();
});

test('what becomes late by the clock is asked for then', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, 'duty', `${room}/patrols`);
  let asked = 0;
  await page.route(`**${room}/patrols`, async (route) => {
    if (route.request().headers()['konbit-refresh']) asked++;
    const answer = await route.fetch();
    const soon = new Date(Date.now() + 3_000).toISOString();
    const body = (await answer.text()).replace(/data-due="[^"]*"/, asked ? 'data-due=""' : `data-due="${soon}"`).replace(/ data-minute\b/, '');
    await route.fulfill({ response: answer, body });
  });
  await page.goto(`${room}/patrols`);
  await expect(bar(page)).toHaveAttribute('data-state', 'live');
  await page.waitForTimeout(1000);
  expect(asked).toBe(0);
  await expect.poll(() => asked, { timeout: 6000 }).toBe(1);
  await page.waitForTimeout(2000);
  expect(asked).toBe(1);
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await page.context().close();
});

test('two windows share one stream, and the second takes over when the first is closed', async ({ browser }) => {
  const context = await browser.newContext();
  const one = await context.newPage();
  await signIn(one, 'duty', room);
  await expect(bar(one)).toHaveAttribute('data-state', 'live'); // the stream of this page is not counted
  const two = await context.newPage();
  const streams: string[] = [];
  for (const page of [one, two]) page.on('request', (r) => r.resourceType() === 'eventsource' && streams.push(r.url()));
  await one.goto(room);
  await expect(bar(one)).toHaveAttribute('data-state', 'live');
  await two.goto(`${room}/log?post=`);
  await expect(bar(two)).toHaveAttribute('data-state', 'live');
  expect(streams).toHaveLength(1);
  await one.close();
  await expect.poll(() => streams.length).toBe(2);
  const second = await (await browser.newContext()).newPage();
  await signIn(second, 'operations', room);
  const text = `heard by the second window ${Date.now()}`;
  await write(second, text);
  await expect(two.getByText(text)).toBeVisible();
  await second.context().close();
  await context.close();
});

test('a page says that there is no link and since when, and is fresh again when there is', async ({ browser }) => {
  test.setTimeout(120_000);
  const [address, data] = [`127.0.0.1:${await freePort()}`, folder()];
  let server = await start(konbit, ['demo', '--addr', address, '--data', data], `http://${address}/`);
  const context = await browser.newContext({ baseURL: `http://${address}` });
  const page = await context.newPage();
  await signIn(page, 'duty', `${room}/log?post=`);
  await expect(bar(page)).toHaveAttribute('data-state', 'live');
  const ended = new Promise((done) => server.once('exit', done));
  const began = Date.now();
  server.kill('SIGTERM');
  await ended;
  expect(Date.now() - began, 'the streams keep the node up').toBeLessThan(4500);
  await expect(bar(page)).toHaveAttribute('data-state', 'lost');
  await expect(bar(page)).toContainText(/No link since \d\d:\d\d/);
  await expect(bar(page).getByRole('link', { name: 'Load it again' })).toBeVisible();
  server = await start(konbit, ['serve', '--addr', address, '--data', data], `http://${address}/`);
  await expect(bar(page)).toHaveAttribute('data-state', 'live', { timeout: 45_000 });
  // Who signs out elsewhere is told that what stands here is old.
  const other = await context.newPage();
  await other.goto(mission);
  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(bar(page)).toContainText('You are signed out', { timeout: 30_000 });
  await context.close();
  const gone = new Promise((done) => server.once('exit', done));
  server.kill('SIGTERM');
  await gone;
  rmSync(data, { recursive: true, force: true });
});

test('without a script the page says when it was made, and is all there', async ({ browser }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await signIn(page, 'duty', room);
  await expect(bar(page)).toContainText(/This page is as of \d\d:\d\d:\d\d/);
  await expect(bar(page).getByRole('link', { name: 'Load it again' })).toBeVisible();
  await expect(bar(page).getByRole('button')).toHaveCount(0);
  await page.context().close();
});

for (const [scheme, viewport] of [['dark', { width: 390, height: 844 }]] as const) {
  test(`live pages are accessible in the ${scheme}, say nothing to the console, and their bar is no wider than the screen`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme: scheme, viewport });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (m) => complaints.push(m.text()));
    await signIn(page, 'duty', room);
    for (const address of [room, `${room}/log`, `${room}/flash`, `${room}/patrols`, `${mission}/reports`, `${mission}/live`]) {
      await page.goto(address);
      if (!address.endsWith('/live')) await expect(bar(page)).toHaveAttribute('data-state', 'live');
      expect(await faults(page), address).toEqual([]);
      for (const lang of ['fr', 'ht', 'es', 'sw', 'en']) {
        await page.goto(`${address}?lang=${lang}`);
        const right = await page.evaluate(() => Math.max(0, ...[...document.querySelectorAll('.live, .live *:not(.quiet)')].map((el) => el.getBoundingClientRect().right)) - window.innerWidth);
        expect(right, `${address} in ${lang}`).toBeLessThanOrEqual(0);
      }
    }
    expect(complaints).toEqual([]);
    await context.close();
  });
}
