import { chromium } from 'playwright-core';
const base = 'http://127.0.0.1:8590';
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
const p = await (await b.newContext({ locale: 'en-GB' })).newPage();
await p.goto(base + '/sign-in?lang=en');
await p.getByLabel('Sign-in name').fill('duty');
await p.getByLabel('Password').fill('lamp river field song');
await p.getByRole('button', { name: 'Sign in', exact: true }).click();
await p.waitForURL((at) => !at.pathname.startsWith('/sign-in'));
for (const [url, out] of [['/haiti-mss/room/register/sei-l-01/receipt', 'receipt'], ['/haiti-mss/room/detentions/det-l-03/receipt', 'dreceipt'], ['/haiti-mss/room/patrols', 'plan']]) {
  await p.goto(base + url);
  await p.pdf({ path: `/tmp/room/${out}.pdf`, format: 'A4', landscape: out === 'plan' });
}
await b.close();
