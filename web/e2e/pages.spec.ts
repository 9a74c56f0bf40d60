import { type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

const mission = '/haiti-mss';
const phone = { width: 390, height: 844 };
const narrow = { width: 360, height: 740 };
const desktop = { width: 1280, height: 900 };

// What a minister, a journalist and a duty officer open.
const pages = {
  home: '/',
  front: `${mission}?at=2025-01-05`,
  measure: `${mission}/figures/strength.present?by=contributor&at=2025-03-05`,
  history: `${mission}/records/casualty/cas-ken-2025-03-25`,
  claims: `${mission}/claims`,
  list: `${mission}/records/movement`,
  signin: `/sign-in?next=${mission}/records/movement/new`,
  source: `${mission}/sources/src-b1`,
  map: `${mission}/map`,
  corrections: `${mission}/corrections`,
  problem: `${mission}/figures/none`,
};

// What is linked is looked at in every theme and size in every.spec.ts; here also what
// nothing leads to.
for (const [scheme, size, viewport] of [['light', 'phone', phone], ['dark', 'desktop', desktop]] as const) {
  test(`every page is accessible in the ${scheme} on a ${size}`, async ({ browser }) => {
    const context = await browser.newContext({ colorScheme: scheme, viewport });
    const page = await context.newPage();
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(address);
      expect(await faults(page), name).toEqual([]);
    }
    await context.close();
  });
}

test('no page scrolls sideways at 360 pixels, in any language', async ({ page }) => {
  await page.setViewportSize(narrow);
  for (const lang of ['en', 'fr', 'ht', 'es', 'sw']) {
    for (const [name, address] of Object.entries(pages)) {
      await page.goto(`${address}${address.includes('?') ? '&' : '?'}lang=${lang}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${name} in ${lang}`).toBeLessThanOrEqual(0);
    }
  }
});

test('a page is at most 50 kB and three requests, and says nothing to the console', async ({ browser }) => {
  for (const [name, address] of Object.entries(pages)) {
    const context = await browser.newContext(); // with an empty cache
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (m) => complaints.push(m.text()));
    const session = await context.newCDPSession(page);
    await session.send('Network.enable');
    let bytes = 0;
    const requests: string[] = [];
    session.on('Network.loadingFinished', (e) => (bytes += e.encodedDataLength));
    session.on('Network.requestWillBeSent', (e) => {
      if (!e.request.url.startsWith('data:')) requests.push(e.request.url); // the browser draws its own icons
    });
    await page.goto(address, { waitUntil: 'networkidle' });
    console.log(`${name}: ${(bytes / 1000).toFixed(1)} kB, ${requests.length} requests`);
    expect(bytes, name).toBeLessThanOrEqual(50_000);
    expect(bytes, name).toBeGreaterThan(1_000);
    // To sign in takes one more: the script that asks the browser for a passkey.
    expect(requests.length, `${name}: ${requests}`).toBeLessThanOrEqual(name === 'signin' ? 4 : 3);
    expect(complaints.filter((c) => !c.includes('404')), name).toEqual([]);
    await context.close();
  }
});

test('the front page tells the day’s figures, the mandate and the contradictions', async ({ page }) => {
  await page.goto(pages.front);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Multinational Security Support Mission in Haiti');
  const present = page.getByRole('article').filter({ hasText: 'Present in the mission area' });
  await expect(present.getByText('590', { exact: true })).toBeVisible();
  await expect(present.getByRole('row', { name: 'Kenya' })).toContainText('400');
  await expect(page.getByRole('region', { name: 'Mandate' })).toContainText('270 days left');
  await expect(page.getByRole('region', { name: 'Open contradictions' }).getByRole('listitem').first()).toContainText('disagrees');
  await present.getByRole('link', { name: '8 records' }).click();
  await expect(page).toHaveURL(/figures\/strength\.present\?at=2025-01-05#evidence/);
});

test('a measure shows its definition, its course, its parts, what was said and what it rests on', async ({ page }) => {
  await page.goto(pages.measure);
  await expect(page.getByRole('region', { name: 'Definition 1' })).toContainText('mission area');
  await expect(page.getByRole('group', { name: 'Present in the mission area' })).toBeVisible();
  await page.getByText('The same as a table').click();
  await expect(page.getByRole('table', { name: 'Value over time' }).getByRole('row', { name: '16 July 2024' })).toContainText('400');
  await page.getByRole('region', { name: 'Breakdown' }).getByRole('row', { name: 'Jamaica' }).getByRole('link').click();
  await expect(page.getByRole('main').getByRole('row')).toHaveCount(2); // the head and the one arrival
});

test('a record’s history tells what was said before, what replaced it, and on what it rests', async ({ page }) => {
  await page.goto(pages.history);
  const newest = page.getByRole('region', { name: 'History' }).getByRole('listitem').first();
  await expect(newest).toContainText(/Status\s+Missing\s+→\s+Dead/);
  await expect(page.getByRole('region', { name: 'Three clocks' })).toContainText('251630QMAR25');
  await page.getByRole('link', { name: 'version 1' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Missing');
  await expect(page.getByText('You are looking at the past.')).toBeVisible();
});

test('claims stand side by side and can be filtered by verdict', async ({ page }) => {
  await page.goto(pages.claims);
  await expect(page.getByRole('region', { name: 'These cannot all be true' })).toBeVisible();
  await page.getByRole('navigation', { name: 'By verdict' }).getByRole('link', { name: 'disagrees' }).click();
  for (const badge of await page.getByRole('main').getByRole('table').locator('.badge').allTextContents()) expect(badge).toContain('disagrees');
});

test('the keyboard reaches the content first, and every focus is seen', async ({ page }) => {
  await page.goto(pages.front);
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await page.keyboard.press('Tab');
  const seen = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
  expect(seen).toBe('solid');
});

test('the language and the colours that were chosen stay', async ({ page }) => {
  await page.goto(pages.front);
  await page.getByRole('link', { name: 'Kreyòl ayisyen' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'ht');
  await page.goto(pages.claims);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Deklarasyon');
  await page.getByRole('link', { name: 'Fènwa' }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await page.goto(pages.list);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('the date bar asks for another day and comes back', async ({ page }) => {
  await page.goto(`${mission}/figures/strength.present?by=contributor`);
  await page.getByText('Change dates').click();
  await page.getByLabel('As it stood on').fill('2024-08-01');
  await page.getByLabel('As known on').fill('2024-07-01');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page).toHaveURL(/by=contributor.*at=2024-08-01.*known=2024-07-01/);
  await expect(page.locator('.value-big')).toContainText('200');
  await expect(page.getByText('You are looking at the past.')).toBeVisible();
  await page.getByRole('link', { name: 'Return to now' }).click();
  await expect(page.getByText('You are looking at the past.')).toHaveCount(0);
});

test('a record is added, refused, mended and corrected without a script', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: phone });
  const page = await context.newPage();
  await signIn(page, 'personnel', `${mission}/records/movement`);
  await page.getByRole('link', { name: 'Add a record' }).click();
  await page.getByLabel('Contributor').selectOption('BLZ');
  await page.getByLabel('Direction').selectOption('IN');
  await page.getByLabel('Persons').fill('a dozen');
  await page.getByLabel('When', { exact: false }).first().fill('2025-04-10');
  await page.getByLabel('Reported').fill('2025-04-11');
  await page.getByLabel('Source').fill('src-b1');
  await page.getByLabel('Grade').fill('B2');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert')).toContainText('1 thing must be mended');
  await expect(page.getByLabel('Persons')).toHaveValue('a dozen');
  await page.getByLabel('Persons').fill('12');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Belize · Arrived · 12 persons');
  await page.getByRole('link', { name: 'Correct it' }).click();
  await page.getByLabel('Persons').fill('10');
  await page.getByLabel('Source').fill('src-b1');
  await page.getByLabel('Why').fill('two stayed behind');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('region', { name: 'History' }).getByRole('listitem').first()).toContainText(/12\spersons\s+→\s+10\spersons/);
  await expect(page.getByText('two stayed behind')).toBeVisible();
  await context.close();
});
