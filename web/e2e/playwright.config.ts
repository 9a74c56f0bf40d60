import { defineConfig } from '@playwright/test';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Two files of tests at a time, each with a server of its own; see base.ts.
export default defineConfig({
  testDir: '.',
  forbidOnly: !!process.env.CI,
  // A machine that is busy beside the tests now and then keeps a browser waiting. What
  // passes only the second time is counted as flaky, by name.
  retries: process.env.CI ? 1 : 0,
  workers: 2,
  timeout: 60_000,
  reporter: 'list',
  outputDir: join(tmpdir(), 'konbit-e2e-results'),
  use: {
    locale: 'en-GB',
    launchOptions: { executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-background-networking', '--enable-unsafe-swiftshader'] },
  },
});
