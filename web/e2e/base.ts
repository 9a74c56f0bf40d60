import { test as plain, expect, type Page } from '@playwright/test';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export { expect };
export const konbit = '../../bin/konbit';

// folder is a new one for data, under the system's folder for what may go.
export function folder(): string {
  return join(mkdtempSync(join(tmpdir(), 'konbit-e2e-')), 'data');
}

// freePort is one that nobody listens on.
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const probe = createServer().once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => done(port));
    });
  });
}

// start runs a program that serves, and waits until it answers at the address.
export async function start(command: string, args: string[], address: string): Promise<ChildProcess> {
  let said = '';
  const server = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  server.stderr?.on('data', (text) => (said = (said + text).slice(-4000)));
  await expect
    .poll(() => fetch(address).then((r) => r.ok, () => server.exitCode), { message: `${command} ${args[0]}: ${said}`, timeout: 120_000, intervals: [200] })
    .toBe(true);
  return server;
}

// test has the real program on the sample missions, one for each worker, in a
// folder of its own: two files of tests run beside each other and do not meet.
export const test = plain.extend<object, { address: string }>({
  address: [
    async ({}, use) => {
      const address = `127.0.0.1:${await freePort()}`;
      const data = folder();
      const server = await start(konbit, ['demo', '--addr', address, '--data', data], `http://${address}/`);
      await use(`http://${address}`);
      const ended = new Promise((done) => server.once('exit', done));
      server.kill('SIGTERM');
      await ended;
      rmSync(data, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 130_000 },
  ],
  baseURL: async ({ address }, use) => use(address),
});

const rules = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// faults are what axe finds wrong with a page (WCAG 2.2 AA and good practice), or
// by some of its rules alone, of what is the page's own. Pages forbid scripts; axe comes in beside them.
export async function faults(page: Page, some?: string[]): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(rules);
  return page.evaluate(async (some) => {
    const runOnly = some ? { type: 'rule', values: some } : ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const found = await (window as any).axe.run(some ? 'main' : document, { runOnly, resultTypes: ['violations'] });
    return found.violations.flatMap((v: any) => v.nodes.map((n: any) => `${v.id}: ${n.target} ${n.failureSummary}`));
  }, some);
}
