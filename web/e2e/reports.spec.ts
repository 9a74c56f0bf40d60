import { type Browser, type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

const reports = '/haiti-mss/reports';

// off is somebody who is signed in and whose browser runs no script.
async function off(browser: Browser, name: string, at: string): Promise<Page> {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await signIn(page, name, at);
  return page;
}

const day = (when: Date) => when.toLocaleDateString('sv', { timeZone: 'America/Port-au-Prince' });

test('three people let a report out; what comes late makes a corrigendum and marks the old one', async ({ browser }) => {
  test.setTimeout(120_000);
  const duty = await off(browser, 'duty', reports);
  const second = await off(browser, 'operations', reports);
  const third = await off(browser, 'commander', reports);

  // Yesterday's, whose period is over whatever the hour of the test.
  const yesterday = day(new Date(Date.now() - 24 * 3600_000));
  await duty.getByLabel('Day', { exact: true }).fill(yesterday);
  await duty.getByRole('button', { name: 'Draft a report' }).click();
  await duty.waitForURL(/reports\/DSR-HQ-/);
  const report = new URL(duty.url()).pathname;
  await duty.locator('[id="f.words-summary"]').fill('(PUBLIC) A quiet day.\nOne line for the mission alone.');
  await duty.getByRole('button', { name: 'Save the words' }).click();
  await expect(duty.locator('article.report')).toContainText('One line for the mission alone.');
  await expect(duty.getByRole('button', { name: 'I have checked it' })).toHaveCount(0);
  const number = (await duty.locator('.report .kicker').textContent())!.trim();
  expect(number).toMatch(/^HQ\/DSR\/\d{4}\/\d+$/);

  await second.goto(report);
  await second.getByRole('button', { name: 'I have checked it' }).click();
  await expect(second.getByRole('button', { name: 'Release it' })).toHaveCount(0);
  await third.goto(report);
  await third.getByRole('button', { name: 'Release it' }).click();
  await expect(third.locator('.report-state')).toHaveCount(0);

  // Everybody may read its public version, and no more.
  const anybody = await (await browser.newContext({ javaScriptEnabled: false })).newPage();
  await anybody.goto(`${report}?for=internal`);
  await expect(anybody.locator('article.report')).toContainText('A quiet day.');
  await expect(anybody.locator('article.report')).not.toContainText('for the mission alone');

  // A post's part comes late.
  await duty.goto(`${reports}/input`);
  await duty.locator('[id="f.post"]').fill('pst-lsa1');
  await duty.locator('[id="f.for"]').fill(yesterday);
  await duty.locator('[id="f.text"]').fill('Shots at the gate at dusk; nobody hurt.');
  await duty.getByRole('button', { name: 'Send', exact: true }).click();
  await duty.goto(report);
  await expect(duty.locator('main')).toContainText('Input came late: LSA 1');
  await duty.goto(`${report}-C1`);
  await expect(duty.locator('article.report')).toContainText('Corrigendum');
  await expect(duty.locator('article.report')).toContainText(number);
  await second.goto(`${report}-C1`);
  await second.getByRole('button', { name: 'I have checked it' }).click();
  await third.goto(`${report}-C1`);
  await third.getByRole('button', { name: 'Release it' }).click();
  const correction = (await third.locator('.report .kicker').textContent())!.trim();
  expect(correction).not.toBe(number);

  // The old one says so, in the list and on its page, and reads as it did.
  await third.goto(report);
  await expect(third.getByRole('link', { name: `Uses a number that was corrected: ${correction}` })).toBeVisible();
  await expect(third.locator('article.report')).not.toContainText('Shots at the gate');
  await anybody.goto(reports);
  await expect(anybody.locator('main')).toContainText(`Uses a number that was corrected: ${correction}`);

  const pdf = await third.request.get(`${report}-C1.pdf`);
  expect(pdf.headers()['content-type']).toBe('application/pdf');
  expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-');
});

test('reports are accessible in French and Kreyòl, on a phone and at a desk, and do not scroll sideways', async ({ browser }) => {
  test.setTimeout(120_000);
  for (const [scheme, viewport] of [['light', { width: 360, height: 740 }], ['dark', { width: 1280, height: 800 }]] as const) {
    const page = await (await browser.newContext({ colorScheme: scheme, viewport })).newPage();
    await signIn(page, 'duty', reports);
    for (const lang of ['fr', 'ht']) {
      for (const address of [reports, `${reports}/due`, `${reports}/input`, `${reports}/DSR-HQ-2025-08-31`, `${reports}/DSR-HQ-2025-08-31-C1`, `${reports}/MSR-HQ-2025-08-31`, `${reports}/DSR-HQ-2025-09-02`]) {
        await page.goto(`${address}?lang=${lang}`);
        expect(await faults(page), `${address} in ${lang}`).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${address} in ${lang}`).toBeLessThanOrEqual(0);
      }
    }
    await page.context().close();
  }
});
