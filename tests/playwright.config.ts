import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from './support/chromium.ts';

// Workers read this file again; what was chosen once has to stay.
process.env.E2E_PORT ??= String(20_000 + Math.floor(Math.random() * 20_000));
process.env.E2E_DATA_DIR ??= mkdtempSync(join(tmpdir(), 'firstcall-e2e-'));
const url = `http://localhost:${process.env.E2E_PORT}`;

export default defineConfig({
  testDir: 'e2e',
  outputDir: '../test-results',
  timeout: 60_000,
  // A shared machine can stand still for seconds; a test that needs its second try is listed as flaky.
  retries: process.env.CI === undefined ? 0 : 1,
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list']],
  use: {
    baseURL: url,
    launchOptions: chromiumLaunch(),
    // Recording every test takes a sixth of the time; `--trace on` does when one is to be looked into.
    trace: 'on-first-retry',
  },
  // The portal as it is run in production: built pages, our server, a new SQLite file.
  webServer: {
    command: `"${process.execPath}" src/server.ts`,
    cwd: '..',
    url: `${url}/api/health`,
    env: {
      PORT: process.env.E2E_PORT,
      DATA_DIR: process.env.E2E_DATA_DIR,
      LOG_LEVEL: 'warn',
      KEYS_PER_HOUR: '10000',
    },
    gracefulShutdown: { signal: 'SIGTERM', timeout: 6_000 },
  },
});
