import { test as base, type Page } from '@playwright/test';
import { type EngineHarness, startEngineHarness } from './engine-harness.ts';

/** For tests of engines, in the real frame under its headers. */
export const test = base.extend<object, { harness: EngineHarness; openPage: Page }>({
  harness: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from the pattern what is needed
    async ({}, use) => {
      const harness = await startEngineHarness();
      await use(harness);
      await harness.close();
    },
    { scope: 'worker' },
  ],
  /** The harness's page, kept open from one test to the next: a reader runs one program after the other on it as well. */
  openPage: [
    async ({ browser, harness }, use) => {
      const page = await browser.newPage();
      await page.goto(harness.url);
      await use(page);
      await page.close();
    },
    { scope: 'worker' },
  ],
});
