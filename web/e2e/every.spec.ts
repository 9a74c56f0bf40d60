import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Page } from '@playwright/test';
import { expect, faults, test } from './base';
import { signIn } from './people';

const mission = 'haiti-mss';
const sizes = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 900 } };

// Every page that the site can answer: what its routes say, from the code.
function patterns(): string[] {
  const folder = '../../internal/web';
  const code = readdirSync(folder).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go')).map((f) => readFileSync(join(folder, f), 'utf8'));
  const all = [...code.join('\n').matchAll(/\{"GET", "([^"]+)", /g)].map((m) => m[1]);
  expect(all.length).toBeGreaterThan(50);
  return [...new Set(all)];
}

// Pages that no link of the sample leads to, and answers that are no pages.
const unlinked: Record<string, string> = {
  '/setup': 'there is an account already',
  '/invitations/{secret}': 'needs an invitation',
  '/sign-in/oidc/{provider}': 'leads elsewhere',
  '/sign-in/oidc/{provider}/callback': 'leads elsewhere',
  '/{mission}/map/base': 'data alone',
  '/{mission}/map/points': 'data alone',
  '/{mission}/map/layers': 'data alone',
  '/{mission}/live': 'a stream',
  '/{mission}/casualties/{ref}/declare': 'once somebody is dead and the kin are told',
  '/{mission}/casualties/{ref}/name': 'once it is declared',
};

// Addresses to begin at, beside the front page.
const begins = ['/', '/account', '/components', '/sign-in', `/${mission}/room`, `/${mission}/search?q=kenya`, `/${mission}/minimise`, `/${mission}/records/movement/new`];
// Two tests share the pages, so that two workers halve the time.
const closed = /\/(casualties|minimise|accounted|people|audit|account|invitations|setup|sign-in)\b/;
const shares = [
  { name: 'of the record and the room', desks: ['public', 'duty', 'personnel'], has: (p: string) => !closed.test(p) },
  { name: 'of people and the casualty cell', desks: ['public', 'duty', 'cell', 'admin', 'auditor'], has: (p: string) => closed.test(p) },
];
test.describe.configure({ mode: 'parallel' });

// match finds the route of an address: the one with the most fixed steps.
function match(path: string, all: string[]): string | undefined {
  const steps = path.split('/').slice(1);
  const fits = (p: string) => {
    const want = p === '/{$}' ? [''] : p.split('/').slice(1);
    return want.length === steps.length && want.every((w, i) => (w.startsWith('{') && steps[i] !== '') || w === steps[i]);
  };
  return all.filter(fits).sort((a, b) => (a.match(/\{/g) ?? []).length - (b.match(/\{/g) ?? []).length)[0];
}

// walk follows the links of what somebody sees, one address a route, and gives what
// nobody before them was led to.
async function walk(page: Page, all: string[], found: Map<string, string>): Promise<string[]> {
  const mine: string[] = [];
  const queue = [...begins];
  const asked = new Set<string>(queue);
  const seen = new Set<string>();
  const tries = new Map<string, number>(); // a route's first address may be refused to them
  while (queue.length > 0) {
    const address = queue.shift()!;
    const path = new URL(address, 'http://x').pathname;
    const route = match(path, all);
    if (!route || (seen.has(route) && !begins.includes(address)) || (tries.get(route) ?? 0) >= 3) continue;
    const answer = await page.request.get(address, { headers: { Accept: 'text/html' } });
    tries.set(route, (tries.get(route) ?? 0) + 1);
    if (!answer.ok() || !answer.headers()['content-type']?.startsWith('text/html')) continue;
    seen.add(route);
    if (!found.has(route)) {
      found.set(route, address);
      mine.push(address);
    }
    for (const [, href] of (await answer.text()).matchAll(/href="([^"#]+)/g)) {
      const next = new URL(href.replaceAll('&amp;', '&'), new URL(address, 'http://x'));
      if (next.host !== 'x' || next.pathname.startsWith('/-/') || /\.(json|csv|xlsx|geojson|atom|ics|txt|pdf|docx|odt)$/.test(next.pathname)) continue;
      if (!next.pathname.startsWith(`/${mission}`) && next.pathname.split('/')[1]?.endsWith('-demo')) continue;
      for (const own of ['lang', 'theme', 'as']) next.searchParams.delete(own);
      const to = next.pathname + next.search;
      if (!asked.has(to)) {
        asked.add(to);
        queue.push(to);
      }
    }
  }
  return mine;
}

// paint chooses colours as the cookie would, on the page as it stands.
const paint = (page: Page, theme: string) => page.evaluate((t) => document.documentElement.setAttribute('data-theme', t), theme);
// wide names what makes a page scroll sideways.
const wide = (page: Page) =>
  page.evaluate(() => {
    if (document.documentElement.scrollWidth <= window.innerWidth) return '';
    const all = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > window.innerWidth && !e.closest('.scroll, .sections'));
    return all.slice(-3).map((e) => `${e.tagName}.${e.className}`).join(' ') || 'nothing seen';
  });

// thin leaves some of what is many times the same: rows, lines, groups.
const thin = (page: Page) =>
  page.evaluate(() => {
    for (const parent of document.querySelectorAll('main, main *')) {
      const alike = [...parent.children].filter((c) => c.tagName === parent.lastElementChild?.tagName);
      if (alike.length > 8 && alike[0].tagName !== 'DIV') for (const child of alike.slice(6)) child.remove();
    }
  });

const colours = ['color-contrast', 'link-in-text-block'];

// begin makes the one thing that the sample lacks: a casualty file.
async function begin(browser: Browser): Promise<void> {
  const page = await (await browser.newContext()).newPage();
  await signIn(page, 'cell', `/${mission}/casualties/new`);
  await page.getByLabel('Status').selectOption('SI');
  await page.getByLabel('Contributor').selectOption('KEN');
  await page.getByLabel('Name', { exact: true }).fill('Jina la Kubuni');
  await page.getByLabel('Persons').fill('1');
  await page.getByRole('button', { name: 'Send to the cell' }).click();
  await page.waitForURL(/casualties\/CAS-/);
  await page.context().close();
}

// A page is opened once; then colours and size are changed under it. All rules are
// asked in the light at both sizes; in the dark and at night only those of colours,
// which size does not change: each page meets one on the phone, one on the desktop.
for (const share of shares) {
  test(`every page ${share.name} is accessible in light, dark and night, on a phone and a desktop`, async ({ browser }) => {
    test.setTimeout(300_000);
    if (share.desks.includes('cell')) await begin(browser);
    const all = patterns();
    const found = new Map<string, string>();
    const wrong: string[] = [];
    let [looks, started] = [0, Date.now()];
    for (const desk of share.desks) {
      const context = await browser.newContext({ viewport: sizes.desktop });
      const page = await context.newPage();
      if (desk !== 'public') await signIn(page, desk);
      for (const address of await walk(page, all, found)) {
        if (!share.has(match(new URL(address, 'http://x').pathname, all)!)) continue;
        await page.goto(address, { waitUntil: 'domcontentloaded' });
        await thin(page);
        for (const [n, [size, viewport]] of [...Object.entries(sizes).entries()]) {
          await page.setViewportSize(viewport);
          for (const theme of ['light', (looks / 4 + n) % 2 ? 'dark' : 'night']) {
            await paint(page, theme);
            for (const fault of await faults(page, theme === 'light' ? undefined : colours)) wrong.push(`${desk} at ${address}, ${theme}, ${size}: ${fault}`);
            looks++;
          }
          const over = await wide(page);
          if (over) wrong.push(`${desk} at ${address}, ${size}: scrolls sideways: ${over}`);
        }
      }
      await context.close();
    }
    console.log(`${share.name}: ${looks / 4} pages, ${looks} looks, ${Math.round((Date.now() - started) / 1000)} s`);
    const missed = all.filter((p) => share.has(p) && !found.has(p) && !(p in unlinked)).map((p) => `${p}: nothing leads to it`);
    expect([...missed, ...wrong]).toEqual([]);
  });
}
