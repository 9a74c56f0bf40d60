import { rmSync } from 'node:fs';
import { type Browser, type Page } from '@playwright/test';
import { expect, folder, freePort, start, test as plain } from './base';
import { signIn } from './people';

const room = '/haiti-mss/room';

// test has the sample missions on a clock of its own, which a test moves on: what
// is late an hour from now is seen now.
const test = plain.extend<object, { address: string; clock: string }>({
  clock: [async ({}, use) => use(`127.0.0.1:${await freePort()}`), { scope: 'worker' }],
  address: [
    async ({ clock }, use) => {
      const address = `127.0.0.1:${await freePort()}`;
      const data = folder();
      const server = await start('../../bin/clockserver', ['-addr', address, '-clock', clock, '-data', data], `http://${address}/`);
      await use(`http://${address}`);
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 130_000 },
  ],
});

// later moves the clock on. The duty officer stays signed in for a watch.
const later = async (clock: string, by: string) => expect((await fetch(`http://${clock}/?by=${by}`, { method: 'POST' })).ok).toBe(true);

async function as(browser: Browser, name: string, at: string): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, name, at);
  return page;
}

// flash sends one as somebody types it in a hurry, and gives the addresses of its
// page and of its incident.
async function flash(page: Page, from: string, summary: string): Promise<{ flash: string; incident: string }> {
  await page.goto(`${room}/flash/new`);
  await page.getByLabel('Category').selectOption('AMBUSH');
  await page.getByLabel('Place').fill('Pont-Sondé');
  await page.locator('[id="f.summary"]').fill(summary);
  const rest = page.locator('details:has([id="f.reported-by"])');
  if (await rest.count()) await rest.first().evaluate((d: HTMLDetailsElement) => (d.open = true));
  await page.getByLabel('Reported by').selectOption({ label: from });
  await page.getByRole('button', { name: 'Send now' }).press('Enter');
  await page.waitForURL(/room\/flash\/FLA-/);
  const incident = await page.locator(`.flash-due a[href*="${room}/incidents/"]`).last().getAttribute('href');
  return { flash: new URL(page.url()).pathname, incident: incident! };
}

test('ten lines of the log by keyboard alone, each in a moment, numbered without a gap', async ({ page }) => {
  await signIn(page, 'duty', `${room}/log`);
  const took: number[] = [];
  for (let n = 1; n <= 10; n++) {
    const began = Date.now();
    await expect(page.locator('#line')).toBeFocused(); // nobody reaches for the mouse
    await page.keyboard.type(n === 4 ? '0001 LAMP 9 > HQ: said late' : `LAMP ${n} > HQ: all well at point ${n}`);
    await page.keyboard.press('Enter');
    await expect(page.locator('.log-said')).toContainText(n === 4 ? 'said late' : `all well at point ${n}`);
    took.push((Date.now() - began) / 1000);
  }
  const median = [...took].sort((a, b) => a - b)[5];
  console.log(`seconds a line: ${took.map((s) => s.toFixed(2)).join(' ')}; median ${median.toFixed(2)}`);
  expect(median).toBeLessThan(5);
  const serials = await page.locator('.log-line .log-number').allTextContents();
  expect(serials.slice(0, 10)).toEqual(['10', '9', '8', '7', '6', '5', '4', '3', '2', '1']);
  const late = page.locator('.log-line', { hasText: 'said late' });
  await expect(late).toContainText(/\d{2}0001R?\w*/);
  await expect(late.locator('.flag')).toContainText(/written \d{2}:\d{2}/);
});

test('a flash that nobody reads is called out by the clock, until somebody says that they have read it', async ({ browser, clock }) => {
  const sender = await as(browser, 'operations', room);
  const sent = await flash(sender, 'Contingent', 'Convoy fired upon at the long bridge');
  const board = await as(browser, 'duty', room);
  await expect(board.getByText('Nothing is overdue.')).toBeVisible();
  const alarm = board.locator('.alarm', { hasText: 'unread' });
  for (const [by, who] of [['11m', 'Call the duty officer.'], ['10m', 'Call the chief of operations.'], ['10m', 'Call the commander.']]) {
    await later(clock, by);
    await board.reload();
    await expect(alarm).toContainText(who);
  }
  await alarm.getByRole('button', { name: 'I have read it' }).press('Enter');
  await board.goto(room);
  await expect(board.locator('.alarm')).toHaveCount(0);
  await board.goto(sent.flash);
  await expect(board.getByRole('main')).toContainText('Acknowledged by');
  await later(clock, '2h');
  await board.goto(room);
  await expect(board.locator('.alarm')).toContainText('written report overdue');
  await board.goto(sent.flash);
  await board.locator('[id="f.text"]').fill('All accounted for');
  await board.getByRole('button', { name: 'Add a follow-up' }).press('Enter');
  await board.getByRole('button', { name: 'Close the flash' }).press('Enter');
  await board.goto(room);
  await expect(board.getByText('Nothing is overdue.')).toBeVisible();
});

test('one event told by police and by a contingent is proposed, merged, and unmerged', async ({ page, clock }) => {
  await signIn(page, 'duty', room);
  const police = await flash(page, 'Host’s police', 'Lorry burnt on the coast road near the mill');
  await later(clock, '15m');
  const contingent = await flash(page, 'Contingent', 'A lorry burnt near the mill on the coast road');
  await page.goto(contingent.incident);
  const proposal = page.locator('.proposal', { hasText: 'near the mill' });
  await proposal.getByRole('button', { name: 'It is the same' }).press('Enter');
  await expect(page).toHaveURL(new RegExp(`${police.incident}$`));
  await expect(page.getByRole('heading', { name: 'Said to be the same' })).toBeVisible();
  await page.goto(contingent.incident);
  await expect(page.getByText('Recorded as the same as')).toBeVisible();
  await page.getByRole('button', { name: 'It is not the same' }).press('Enter');
  await expect(page.getByText('Recorded as the same as')).toHaveCount(0);
  await page.goto(police.incident);
  await expect(page.getByRole('heading', { name: 'Said to be the same' })).toHaveCount(0);
});

test('a patrol that does not call is an alarm half an hour later, and none once it has called', async ({ page, clock }) => {
  await signIn(page, 'duty', `${room}/patrols/new`);
  await page.getByLabel('Post').fill('pst-lsa1');
  await page.getByLabel('Type').selectOption('VEHICLE');
  await page.getByLabel('Destination').fill('Old road');
  await page.getByLabel('Call sign').fill('LANTERN 7');
  await page.getByRole('button', { name: 'Put it in the plan' }).press('Enter');
  await page.waitForURL(/room\/patrols\/PAT-/);
  const patrol = page.url();
  await page.getByRole('button', { name: 'It has left' }).press('Enter');
  await expect(page.getByRole('button', { name: 'It called in' })).toBeVisible();
  await later(clock, '80m');
  await page.goto(room);
  const alarm = page.locator('.alarm', { hasText: 'LANTERN 7' });
  await expect(alarm).toHaveCount(0);
  await later(clock, '11m');
  await page.reload();
  await expect(alarm).toContainText('overdue by');
  await page.goto(`${room}/log`);
  await expect(page.locator('#line')).toBeFocused();
  await page.keyboard.type('nothing heard of them; second vehicle sent #LANTERN-7');
  await page.keyboard.press('Enter');
  await expect(page.locator('.log-said')).toContainText('nothing heard of them');
  await page.goto(patrol);
  await expect(page.getByRole('main')).toContainText('second vehicle sent');
  const recorded = page.waitForEvent('load'); // to leave before would break it off
  await page.getByRole('button', { name: 'It called in' }).press('Enter');
  await recorded;
  await page.goto(room);
  await expect(alarm).toHaveCount(0);
});

test('a shift is handed over by two people, with what is open', async ({ browser }) => {
  const duty = await as(browser, 'duty', `${room}/log`);
  const relief = await as(browser, 'operations', `${room}/log`);
  await duty.getByRole('button', { name: 'Take the shift' }).press('Enter');
  await expect(duty.getByText(/duty has been on duty since/)).toBeVisible();
  await expect(duty.locator('#line')).toBeFocused();
  await duty.keyboard.type('! bridge at the mill to be looked at');
  await duty.keyboard.press('Enter');
  await relief.reload();
  await expect(relief.getByRole('button', { name: 'Take the shift' })).toHaveCount(0);
  await duty.locator('.shift summary').press('Enter');
  await expect(duty.locator('.shift')).toContainText('bridge at the mill to be looked at');
  await duty.getByLabel('Words to the relief').fill('Generator: fuel at six.');
  await duty.locator('.shift').getByRole('button', { name: 'Sign off' }).press('Enter');
  await expect(duty.getByText(/duty has signed off/)).toBeVisible();
  await expect(duty.getByRole('button', { name: 'Take the shift' })).toHaveCount(0); // nobody relieves themselves
  await relief.reload();
  await expect(relief.locator('.shift')).toContainText('bridge at the mill to be looked at');
  await expect(relief.locator('.shift')).toContainText('Generator: fuel at six.');
  await relief.getByRole('button', { name: 'Take the shift' }).press('Enter');
  await expect(relief.getByText(/operations has been on duty since/)).toBeVisible();
});

test('a receipt prints on one page, with its chain and two signatures', async ({ page }) => {
  await signIn(page, 'duty', `${room}/register/new`);
  await page.locator('[id="f.type"]').selectOption('WEAPON');
  await page.locator('[id="f.item"]').fill('Rifle');
  await page.locator('[id="f.serial"]').fill('FICTION-1');
  await page.getByRole('button', { name: 'Enter it' }).press('Enter');
  await page.waitForURL(/register\/SEI-/);
  const item = page.url();
  for (const [step, to] of [['Sealed', 'Armourer'], ['Moved', 'Store'], ['Handed over', 'Host police depot']]) {
    await page.locator('[id="f.step"]').selectOption({ label: step });
    await page.locator('[id="f.to"]').fill(to);
    if (step === 'Handed over') await page.locator('[id="f.receipt"]').fill('R-1');
    await page.locator('form.entry button.primary').press('Enter');
    await expect(page.getByRole('cell', { name: to }).first()).toBeVisible();
  }
  await page.goto(`${item}/receipt`);
  await expect(page.locator('.signatures p')).toHaveCount(3);
  const paper = (await page.pdf({ format: 'A4' })).toString('latin1');
  expect(paper.match(/\/Type\s*\/Page\b/g)).toHaveLength(1);
});

test('the room does not scroll sideways on a phone, in any language', async ({ browser }) => {
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await signIn(page, 'duty', room);
  for (const lang of ['en', 'fr', 'ht', 'es', 'sw']) {
    for (const at of ['', '/log', '/flash', '/patrols', '/posts', '/posts/pst-fob3', '/register', '/detentions']) {
      await page.goto(`${room}${at}?lang=${lang}`);
      expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth), `${at} in ${lang}`).toBeLessThanOrEqual(0);
    }
  }
});
