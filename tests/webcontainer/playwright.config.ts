import { defineConfig } from '@playwright/test';
import { chromiumLaunch } from '../support/chromium.ts';

/** The contract of one engine, without a portal: see run.ts. */
export default defineConfig({
  testDir: '../e2e',
  testMatch: 'sandbox-contract.spec.ts',
  grep: /webcontainer keeps the contract/,
  outputDir: '../../test-results',
  timeout: 120_000,
  // StackBlitz serves one visitor, not a crowd.
  workers: 1,
  reporter: [['list']],
  use: { launchOptions: chromiumLaunch(), permissions: ['local-network-access'] },
});
