import { type Browser, type Page } from '@playwright/test';
import { expect, test } from './base';
import { signIn } from './people';

const mission = '/haiti-mss';
// Whose desk has which pages.
const desks: Record<string, string[]> = {
  admin: ['/people', '/people/duty', '/account'],
  auditor: ['/audit'],
  cell: [`${mission}/casualties`, `${mission}/casualties/new`, `${mission}/accounted`, `${mission}/records/casualty`],
  duty: [`${mission}/minimise`, `${mission}/casualties`, `${mission}/records/incident/new`],
  'ministry.ken': [mission, `${mission}/records/person`],
};

// fileOf begins a casualty file as the cell and gives its address.
async function fileOf(browser: Browser): Promise<string> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, 'cell', `${mission}/casualties/new`);
  await page.getByLabel('Status').selectOption('SI');
  await page.getByLabel('Contributor').selectOption('KEN');
  await page.getByLabel('Name', { exact: true }).fill('Jina la Kubuni');
  await page.getByLabel('Persons').fill('1');
  await page.getByRole('button', { name: 'Send to the cell' }).click();
  await page.waitForURL(/casualties\/CAS-/);
  const address = new URL(page.url()).pathname;
  await page.context().close();
  return address;
}

test('nothing behind the sign-in scrolls sideways at 360 pixels, in any language', async ({ browser }) => {
  test.setTimeout(120_000);
  const file = await fileOf(browser);
  for (const [name, addresses] of Object.entries(desks)) {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
    const page = await context.newPage();
    await signIn(page, name);
    for (const lang of ['en', 'fr', 'ht', 'es', 'sw']) {
      for (const address of [...addresses, ...(name === 'cell' ? [file, `${file}/told`] : [])]) {
        await page.goto(`${address}?lang=${lang}`);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${address} in ${lang}`).toBeLessThanOrEqual(0);
      }
    }
    await context.close();
  }
});

test('signing in by keyboard alone; a wrong password says so and keeps the name', async ({ page }) => {
  await page.goto(`/sign-in?next=${mission}/casualties`);
  await page.getByLabel('Sign-in name').focus();
  await page.keyboard.type('cell');
  await page.keyboard.press('Tab');
  await page.keyboard.type('not the password');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByLabel('Sign-in name')).toHaveValue('cell');
  await page.waitForTimeout(1500); // a mistake makes one wait a second
  await page.getByLabel('Password').focus();
  await page.keyboard.type('lamp river field song');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Casualty cell');
  await expect(page.getByText('Signed in as')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out' }).press('Enter');
  await page.goto(`${mission}/casualties`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('a passkey is added and signs in', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL: baseURL!.replace('127.0.0.1', 'localhost') }); // a passkey belongs to a name
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await signIn(page, 'finance', '/account');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await expect(page.getByText('You have none.')).toHaveCount(0);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.goto('/sign-in');
  await page.getByRole('button', { name: /passkey/i }).click();
  await page.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
  await expect(page.getByRole('link', { name: 'Signed in as finance' })).toBeVisible();
  await context.close();
});

test('somebody is invited, chooses a password and has what was given', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, 'admin', '/people');
  const form = page.locator('form').filter({ has: page.getByLabel('How the person is called') });
  const name = `night.${Date.now() % 100000}`;
  await form.getByLabel('Sign-in name').fill(name);
  await form.getByLabel('How the person is called').fill('Nocturna Fictional');
  await form.getByLabel('Role', { exact: true }).selectOption('operations');
  await form.getByLabel('Why').fill('night shift');
  await form.getByRole('button', { name: 'Invite somebody' }).click();
  const link = (await page.getByRole('main').locator('code').textContent())!;
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await guest.getByLabel('Choose a password').fill('four words nobody guesses');
  await guest.getByRole('main').locator('form button.primary').first().click();
  await expect(guest).toHaveURL(/\/(sign-in|haiti-mss|account)/);
  if (guest.url().includes('/sign-in')) {
    await guest.getByLabel('Sign-in name').fill(name);
    await guest.getByLabel('Password').fill('four words nobody guesses');
    await guest.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
  await guest.goto('/account');
  await expect(guest.getByRole('main')).toContainText('operations');
  await guest.goto(link);
  await expect(guest.getByRole('heading', { level: 1 })).not.toContainText('Nocturna');
});

test('a casualty by keyboard alone: reported, kin added, kin told, and the gate says when it opens', async ({ page }) => {
  const press = async (name: string) => page.getByRole('button', { name }).press('Enter');
  await signIn(page, 'cell', `${mission}/casualties`);
  await page.getByRole('link', { name: 'First report' }).press('Enter');
  await page.getByLabel('Status').focus();
  await page.keyboard.type('Serious');
  await page.getByLabel('Contributor').focus();
  await page.keyboard.type('Kenya');
  await page.getByLabel('Name', { exact: true }).focus();
  await page.keyboard.type('Jina Jingine');
  await page.getByLabel('Persons').fill('1');
  await press('Send to the cell');
  await expect(page.getByText('Nobody outside the cell sees this casualty.')).toBeVisible();
  const file = new URL(page.url()).pathname;
  await page.goto(`${file}/kin`);
  await page.getByLabel('Order').fill('1');
  await page.getByLabel('Relation').selectOption('SPOUSE');
  await page.getByLabel('Name', { exact: true }).fill('Mke Wake');
  await page.getByLabel('May be told').selectOption('yes');
  await page.getByRole('main').locator('form.entry button').first().press('Enter');
  await page.goto(`${file}/told`);
  await page.getByLabel('Next of kin').selectOption({ index: 1 });
  await page.getByLabel('Outcome').selectOption('TOLD');
  await page.getByLabel('How', { exact: false }).selectOption('IN-PERSON');
  await page.getByLabel('Who told them').fill('Inspector Mfano, welfare');
  await press('Record it');
  await expect(page.getByText(/Opens .*\d{4}/).first()).toBeVisible();
  const outsider = await (await page.context().browser()!.newContext()).newPage();
  await signIn(outsider, 'ministry.jam');
  const answer = await outsider.goto(file);
  expect(answer!.status()).toBe(404);
});

test('MINIMISE begins in two actions and is lifted, by keyboard alone', async ({ page }) => {
  await signIn(page, 'duty', mission);
  await page.getByRole('link', { name: 'MINIMISE' }).first().press('Enter'); // one
  await page.getByRole('button', { name: 'Start now' }).press('Enter'); // two
  await expect(page.getByRole('region', { name: 'MINIMISE', exact: true })).toBeVisible();
  await page.goto(`${mission}/figures`);
  await expect(page.getByRole('region', { name: 'MINIMISE', exact: true })).toBeVisible();
  await page.goto(`${mission}/minimise`);
  await page.getByRole('button', { name: 'Lift it now' }).press('Enter');
  await expect(page.getByRole('region', { name: 'MINIMISE', exact: true })).toHaveCount(0);
  await expect(page.getByRole('heading', { name: 'Start MINIMISE' })).toBeVisible();
});
