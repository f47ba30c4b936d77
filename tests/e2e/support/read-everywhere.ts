import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** Opens pages on a phone and on a desk, in both themes; each has to pass axe, to fit, and to say no NaN. */
export async function readEverywhere(
  page: Page,
  addresses: readonly string[],
  look: () => Promise<void> = async () => {},
): Promise<void> {
  for (const width of [320, 1280]) {
    for (const theme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 900 });
      await page.evaluate((name) => localStorage.setItem('starlight-theme', name), theme);
      for (const address of addresses) {
        await page.goto(address);
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        await look();
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        await expectReadable(page);
      }
    }
  }
}

/** Passes axe, and shows no number that is none. */
export async function expectReadable(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual(
    [],
  );
  await expect(page.getByRole('main')).not.toContainText(/NaN|Infinity|undefined/);
}
