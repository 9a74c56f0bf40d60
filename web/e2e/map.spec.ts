import { type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

// The browser draws without a graphics card here: a small window is a fast one.
test.use({ viewport: { width: 900, height: 600 } });

const map = '/haiti-mss/map?at=2025-03-31';

// open opens the moving map and waits until it shows what is in view.
async function open(page: Page, address = map): Promise<void> {
  await page.goto(address);
  await page.getByRole('button', { name: 'Open the moving map' }).click();
  await expect(page.locator('#map-figure')).toHaveAttribute('data-shown', /[1-9]/, { timeout: 20_000 }); // drawn by the processor here
}

const inView = (page: Page) => page.getByRole('region', { name: 'In this view' });

test('without a script the plain map and its table say all, and nothing else is offered', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(map);
  await expect(page.locator('svg.chart-map')).toBeVisible();
  await expect(page.getByRole('table', { name: 'Map' }).getByRole('link', { name: /Ambush/ })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Open the moving map' })).toBeHidden();
  await expect(page.getByRole('slider')).toHaveCount(0);
  await context.close();
});

test('the map opens from this site alone, has a name, and is worked with the keyboard', async ({ page, address }) => {
  const complaints: string[] = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && !m.text().includes('GL Driver Message') && complaints.push(m.text()));
  page.on('request', (r) => r.url().startsWith(address) || complaints.push(r.url()));
  await open(page, `${map}&kind=incident`);
  await expect(page.getByRole('region', { name: /^Map\. Arrows/ })).toBeFocused();
  await expect(page.locator('svg.chart-map')).toBeHidden();
  const before = page.url();
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => page.url()).not.toBe(before);
  const ambush = inView(page).getByRole('button', { name: /Ambush/ });
  await ambush.focus();
  await page.keyboard.press('Enter');
  const told = page.getByRole('dialog');
  await expect(told).toContainText('251630QMAR25 · 16:30 (20:30Z)');
  await expect(told.getByRole('link', { name: /Ambush/ })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(told).toHaveCount(0);
  await expect(ambush).toBeFocused();
  await page.getByLabel('Symbols').selectOption('military');
  await expect.poll(() => page.evaluate(() => performance.getEntriesByType('resource').filter((r) => r.name.includes('/military.')).length)).toBe(1);
  expect(complaints).toEqual([]);
});

test('a group is opened by the list and by a click', async ({ page }) => {
  await page.route('**/map/points.json*', (route) => {
    const zoom = Number(new URL(route.request().url()).searchParams.get('zoom'));
    const middle = { type: 'Point', coordinates: [-72.61, 19.15] };
    const group = { type: 'Feature', geometry: middle, properties: { cluster: true, count: 1200 } };
    const one = { type: 'Feature', geometry: middle, properties: { ref: 'a', kind: 'incident', label: 'Incident', title: 'Ambush', symbol: 'diamond-alarm', href: '/haiti-mss', at: '' } };
    return route.fulfill({ json: { type: 'FeatureCollection', features: [zoom < 11 ? group : one] } });
  });
  await open(page);
  await inView(page).getByRole('button', { name: '1,200 together' }).press('Enter');
  await expect(page).toHaveURL(/view=19\.15\d*,-72\.61\d*,[89]/);
  const canvas = page.locator('canvas');
  await expect(async () => {
    await canvas.click();
    await expect(inView(page).getByRole('button', { name: 'Ambush' })).toBeVisible({ timeout: 1500 });
  }).toPass();
  await canvas.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Ambush' })).toBeVisible();
});

test('a slider turns the map, the date bar, the table and the address to another day', async ({ page }) => {
  await open(page);
  const slider = page.getByRole('slider', { name: 'What had happened by' });
  await expect(slider).toHaveAttribute('aria-valuetext', '2025-03-31');
  await slider.focus();
  for (let i = 0; i < 7; i++) await page.keyboard.press('ArrowLeft');
  await expect(page).toHaveURL(/at=2025-03-24/);
  await expect(inView(page).getByRole('button', { name: /Ambush/ })).toHaveCount(0);
  await expect(page.getByText('You are looking at the past.').locator('..')).toContainText('24 March 2025');
  await expect(page.getByRole('table', { name: 'Map' }).getByRole('link', { name: /Ambush/ })).toHaveCount(0);
  await expect(slider).toBeFocused();
  await page.getByLabel('How far back').selectOption('30');
  await expect(page).toHaveURL(/from=2025-02-23/);
  await page.getByRole('checkbox', { name: 'Places' }).uncheck();
  await expect(page).toHaveURL(/kind=casualty,incident,/);
  await page.getByLabel('Closer').click();
  await expect(page).toHaveURL(/view=/);
  await page.reload(); // as sent to somebody: it opens by itself
  await expect(page.locator('#map-figure')).toHaveAttribute('data-shown', /\d/);
  await expect(slider).toHaveAttribute('aria-valuetext', '2025-03-24');
  await expect(page.getByLabel('How far back')).toHaveValue('30');
  await expect(page.getByRole('checkbox', { name: 'Places' })).not.toBeChecked();
});

test('the open map is accessible in the light and in the dark, and fits a phone', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await open(page, `${map}&kind=incident`);
  await inView(page).getByRole('button', { name: /Ambush/ }).click();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await faults(page), colorScheme).toEqual([]);
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
});

test('a browser that cannot draw it says so and keeps the plain map', async ({ page }) => {
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(map);
  await page.getByRole('button', { name: 'Open the moving map' }).click();
  await expect(page.getByRole('alert')).toContainText('The moving map did not open');
  await expect(page.locator('svg.chart-map')).toBeVisible();
});

test('a flash report is placed by a tap', async ({ page }) => {
  await signIn(page, 'duty', '/haiti-mss/room/flash/new');
  await page.getByRole('button', { name: 'Pick on the map' }).click();
  const canvas = page.locator('.map-pick canvas');
  await expect(canvas).toBeFocused();
  await canvas.click();
  await expect(page.getByLabel('Latitude')).toHaveValue(/^1[89]\.\d{5}$/);
  await expect(page.getByLabel('Longitude')).toHaveValue(/^-7[234]\.\d{5}$/);
  await page.getByText('If there is time').click();
  await page.getByLabel('Latitude').fill('');
  await canvas.press('Enter');
  await expect(page.getByLabel('Latitude')).not.toHaveValue('');
});
