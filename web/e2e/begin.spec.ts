import { expect, test, type Browser, type Page } from '@playwright/test';
import { spawnSync, type ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { faults, folder, freePort, konbit, start } from './base';

// A node on which nobody has an account yet, from its first page to the second
// person who signs in. The tests are steps of one story, in order.
test.describe.configure({ mode: 'serial' });

const languages = ['en', 'fr', 'ht', 'es', 'sw'];
const chosen = 'four words nobody guesses';
let server: ChildProcess;
let base: string; // a name: a passkey cannot belong to a number
let link: string; // of the invitation
let guestSecret: string; // of the app of who was invited

test.beforeAll(async () => {
  const data = folder();
  const port = await freePort();
  base = `http://localhost:${port}`;
  const made = spawnSync(konbit, ['init', '--data', data, '--mission', '../../missions/haiti-mss/mission.yaml'], { encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
  server = await start(konbit, ['serve', '--data', data, '--addr', `127.0.0.1:${port}`], `${base}/sign-in`);
});

test.afterAll(() => server?.kill('SIGTERM'));

// codeOf is what a code app shows now (RFC 6238).
function codeOf(secret: string): string {
  const bits = [...secret].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g)!.map((b) => parseInt(b, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(step).digest();
  return String((mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// look holds a page to axe in light and dark, on a phone and a desk, and to 360
// pixels in every language.
async function look(browser: Browser, address: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [{ width: 390, height: 844 }, { width: 1280, height: 900 }]) {
      const context = await browser.newContext({ colorScheme, viewport });
      const page = await context.newPage();
      await page.goto(address);
      expect(await faults(page), `${address} ${colorScheme} ${viewport.width}`).toEqual([]);
      await context.close();
    }
  }
  const narrow = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  for (const lang of languages) {
    await narrow.goto(`${address}?lang=${lang}`);
    expect(await narrow.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${address} in ${lang}`).toBeLessThanOrEqual(0);
  }
  await narrow.context().close();
}

async function secretOf(page: Page): Promise<string> {
  return page.locator('input[name=secret]').inputValue();
}

test('whoever sits at the machine is led to the set-up, and makes the first account by keyboard', async ({ browser }) => {
  test.setTimeout(120_000);
  await look(browser, `${base}/setup`);
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${base}/haiti-mss`);
  await page.getByRole('link', { name: 'Set it up' }).press('Enter');
  const secret = await secretOf(page);
  await page.getByLabel('How the person is called').focus();
  for (const text of ['Ada Fictional', 'ada.okello', chosen]) {
    await page.keyboard.type(text);
    await page.keyboard.press('Tab');
  }
  await page.getByRole('button', { name: 'Make the first account' }).press('Enter');
  await expect(page.getByRole('alert')).toContainText('more than a password');
  await expect(page.getByLabel('Sign-in name')).toHaveValue('ada.okello');
  expect(await secretOf(page)).toBe(secret); // the phone has read it already
  await page.getByLabel('Choose a password').fill(chosen);
  await page.getByLabel('Then type the code').fill(codeOf(secret));
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/people$/);
  await page.getByLabel('Sign-in name').fill('jean.cell');
  await page.getByLabel('How the person is called').fill('Jean Fictional');
  await page.getByLabel('Role', { exact: true }).selectOption('cell');
  await page.getByLabel('Why').fill('joins the cell');
  await page.getByRole('button', { name: 'Invite somebody' }).click();
  link = (await page.getByRole('main').locator('code').textContent())!;
  await page.goto(`${base}/setup`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This node is set up.');
});

test('who was invited takes a password and a code app, without a script', async ({ browser }) => {
  test.setTimeout(120_000);
  await look(browser, link);
  const page = await (await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } })).newPage();
  await page.goto(link);
  await expect(page.getByRole('main')).toContainText('casualty cell');
  await expect(page.getByRole('button', { name: /passkey/ })).toBeHidden();
  guestSecret = await secretOf(page);
  await page.getByLabel('Choose a password').fill(chosen);
  await page.getByLabel('Then type the code').fill(codeOf(guestSecret));
  await page.getByRole('button', { name: 'Begin' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await expect(page.getByLabel('Sign-in name')).toHaveValue('jean.cell');
});

test('a password alone does not open what a code guards; both do', async ({ browser }) => {
  test.setTimeout(120_000);
  await look(browser, `${base}/sign-in`);
  const page = await (await browser.newContext()).newPage();
  const attempt = async (code: string) => {
    await page.goto(`${base}/sign-in?next=/haiti-mss/casualties`);
    await page.getByLabel('Sign-in name').fill('jean.cell');
    await page.getByLabel('Password').fill(chosen);
    await page.getByLabel('Code from your app').fill(code);
    await page.keyboard.press('Enter');
  };
  await attempt('');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Password')).toHaveValue('');
  await page.waitForTimeout(1500); // a mistake makes one wait a second
  await attempt(codeOf(guestSecret));
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Casualty cell');
});
