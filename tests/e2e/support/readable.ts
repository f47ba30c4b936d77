import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A small phone, a phone, a desk. */
const WIDTHS = [320, 375, 1280];

/** With the size of targets, which axe leaves out unless asked. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What axe finds on the whole page as it stands, by rule and place. Where there is no frame to look into, in axe's legacy
 * mode: the other opens a second page for its answers, which takes as long again.
 */
export async function violations(page: Page): Promise<{ id: string; at: unknown[] }[]> {
  const hasFrame = page.frames().length > 1;
  const axe = new AxeBuilder({ page }).withTags(TAGS).setLegacyMode(!hasFrame);
  const { violations: found } = await axe.analyze();
  return found.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target) }));
}

/** The page as it stands fits a phone and a desk, and passes axe there in both themes; ends on a desk, in the light. */
export async function expectReadable(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(wide, `${page.url()} at ${width} px`).toBe(width);
    for (const colorScheme of ['dark', 'light'] as const) {
      // As the system's setting does, which a page follows until its reader chooses otherwise.
      await page.emulateMedia({ colorScheme });
      await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
      // Starlight makes code that scrolls focusable when the browser is idle, so it may take a moment until all is well.
      await expect.poll(() => violations(page), { timeout: 20_000 }).toEqual([]);
    }
  }
}

/** What is read there holds no number that is none, and neither does what is drawn. */
export async function expectNumbers(page: Page): Promise<void> {
  expect(await page.locator('main').textContent()).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(await page.locator('main').innerHTML()).not.toMatch(/NaN|Infinity/);
}
