import { defineConfig } from '@playwright/test';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The real program on the sample missions, in a folder of its own. The
// configuration is read by every worker, so the choices are kept in the environment.
process.env.KONBIT_E2E_DATA ??= join(mkdtempSync(join(tmpdir(), 'konbit-e2e-')), 'data');
process.env.KONBIT_E2E_PORT ??= String(20000 + (process.pid % 20000));
const address = `127.0.0.1:${process.env.KONBIT_E2E_PORT}`;

export default defineConfig({
  testDir: '.',
  forbidOnly: !!process.env.CI,
  retries: 0,
  workers: 1,
  timeout: 60_000,
  reporter: 'list',
  outputDir: join(tmpdir(), 'konbit-e2e-results'),
  use: {
    baseURL: `http://${address}`,
    locale: 'en-GB',
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking'] },
  },
  webServer: {
    command: `../../bin/konbit demo --addr ${address} --data ${process.env.KONBIT_E2E_DATA}`,
    url: `http://${address}/`,
    timeout: 120_000,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  },
});
