import { type CDPSession, type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

const mission = '/haiti-mss';
const phone = { width: 390, height: 844 };

// typed fills in what the first minute knows.
async function typed(page: Page, what: string, where: string): Promise<void> {
  await page.getByLabel('Category').selectOption('AMBUSH');
  await page.getByLabel('Severity').selectOption('HIGH');
  await page.getByLabel('What happened').fill(what);
  await page.getByLabel('Place').fill(where);
  await page.getByLabel('Own, injured').fill('3');
}

// weighed counts what a page takes and gives over the wire, headers and all.
async function weighed(session: CDPSession): Promise<{ requests: () => string[]; bytes: () => number; of: (part: string) => number; clear: () => void }> {
  await session.send('Network.enable');
  const seen = new Map<string, { url: string; up: number; down: number }>();
  const lines = (headers: Record<string, string>) => Object.entries(headers).reduce((n, [k, v]) => n + k.length + v.length + 4, 0);
  session.on('Network.requestWillBeSent', (e) => {
    if (e.request.url.startsWith('data:') || e.request.url.includes('/live?')) return; // the icon is in the page; news comes on a line of its own, which has no end
    const was = seen.get(e.requestId);
    seen.set(e.requestId, { url: `${was ? `${was.url} ` : ''}${e.request.method} ${e.request.url}`, up: (was?.up ?? 0) + e.request.url.length + 20 + (e.request.postData?.length ?? 0), down: was?.down ?? 0 });
  });
  session.on('Network.requestWillBeSentExtraInfo', (e) => {
    const r = seen.get(e.requestId);
    if (r) r.up += lines(e.headers);
  });
  session.on('Network.responseReceivedExtraInfo', (e) => {
    const r = seen.get(e.requestId);
    if (r && e.statusCode >= 300 && e.statusCode < 400) r.down += e.headersText?.length ?? lines(e.headers); // a way on has no body
  });
  session.on('Network.loadingFinished', (e) => {
    const r = seen.get(e.requestId);
    if (r) r.down += e.encodedDataLength;
  });
  const sum = (all: { up: number; down: number }[]) => all.reduce((n, r) => n + r.up + r.down, 0);
  return {
    requests: () => [...seen.values()].map((r) => r.url),
    bytes: () => [...seen.values()].reduce((n, r) => n + r.down, 0),
    of: (part) => sum([...seen.values()].filter((r) => r.url.includes(part))),
    clear: () => seen.clear(),
  };
}

test('a flash from a telephone without JavaScript, the place as a military grid', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: phone });
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room/flash/new`);
  await typed(page, 'Convoy fired upon at the ford', 'Ford 18QYF8015532');
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(page.getByRole('alert')).toContainText('lacks a digit');
  await expect(page.getByLabel('What happened')).toHaveValue('Convoy fired upon at the ford');
  await page.getByLabel('Place').fill('Ford 18qyf 8015 5322');
  await page.getByRole('button', { name: 'Send now' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Flash/);
  const flash = await (await context.request.get(`${page.url()}.json`)).json();
  expect(flash.flash.fields.place).toBe('Ford 18Q YF 8015 5322');
  expect([flash.flash.fields.lat, flash.flash.fields.lon]).toEqual(['18.551107', '-72.345992']);
  await context.close();
});

test('a flash says where the telephone is', async ({ browser }) => {
  const context = await browser.newContext({ viewport: phone, geolocation: { latitude: 18.5511, longitude: -72.34599, accuracy: 12 }, permissions: ['geolocation'] });
  const page = await context.newPage();
  await signIn(page, 'duty', `${mission}/room/flash/new`);
  await page.getByRole('button', { name: 'Where this device is' }).click();
  await expect(page.getByText('Found, within 12 m')).toBeVisible();
  await typed(page, 'Shots at the pump', 'Pump house');
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForURL(/flash\/FLA-/);
  const flash = await (await context.request.get(`${page.url()}.json`)).json();
  expect([flash.flash.fields.lat, flash.flash.fields.lon]).toEqual(['18.5511', '-72.34599']);
  await context.close();
});

test('the form is short on a telephone, accessible, and scrolls nowhere', async ({ browser }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    const context = await browser.newContext({ viewport: phone, colorScheme });
    const page = await context.newPage();
    await signIn(page, 'duty', `${mission}/room/flash/new`);
    expect(await faults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
    await expect(page.getByLabel('Support wanted')).toBeHidden(); // what can be left out lies folded
    await expect(page.getByText('If there is time')).toBeVisible();
    await context.close();
  }
});

test('weights: a page is at most 50 kB and three requests, saving a flash at most 4 kB', async ({ browser }) => {
  const context = await browser.newContext({ viewport: phone });
  const page = await context.newPage();
  await signIn(page, 'duty', '/account');
  for (const address of [mission, `${mission}/room`, `${mission}/room/flash/new`, `${mission}/kept`]) {
    const once = await browser.newContext({ viewport: phone, storageState: await context.storageState() }); // with an empty cache
    const first = await once.newPage();
    const weight = await weighed(await once.newCDPSession(first));
    await first.goto(address, { waitUntil: 'networkidle' });
    console.log(`weight: ${address}: ${weight.bytes()} bytes, ${weight.requests().length} requests, signed in`);
    expect(weight.requests().length, weight.requests().join(' ')).toBeLessThanOrEqual(3);
    expect(weight.bytes()).toBeLessThanOrEqual(50_000);
    await once.close();
  }
  await page.goto(`${mission}/room/flash/new`);
  const weight = await weighed(await context.newCDPSession(page));
  await typed(page, 'Weighed: shots at the gate, two vehicles hit', 'Gate 3');
  await page.getByRole('button', { name: 'Send now' }).click();
  await page.waitForURL(/flash\/FLA-/);
  const withScript = weight.of('POST ');
  const plain = await browser.newContext({ viewport: phone, javaScriptEnabled: false, storageState: await context.storageState() });
  const other = await plain.newPage();
  await other.goto(`${mission}/room/flash/new`);
  await typed(other, 'Weighed: shots at the gate, two vehicles hit', 'Gate 3');
  const sent = other.waitForRequest((r) => r.method() === 'POST');
  await other.getByRole('button', { name: 'Send now' }).click();
  const sizes = await (await sent).sizes();
  const without = sizes.requestHeadersSize + sizes.requestBodySize + sizes.responseHeadersSize + sizes.responseBodySize;
  console.log(`weight: saving a flash: ${withScript} bytes with the script, ${without} bytes without, request and answer`);
  for (const bytes of [withScript, without]) {
    expect(bytes).toBeGreaterThan(600);
    expect(bytes).toBeLessThanOrEqual(4000);
  }
  await context.close();
  await plain.close();
});
