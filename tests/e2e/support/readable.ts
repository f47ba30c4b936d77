import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** A small phone, a phone, a desk. */
const WIDTHS = [320, 375, 1280];

/** With the size of targets, which axe leaves out unless asked. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What depends on the colours of a theme, and on nothing else of it. */
const OF_THEME = ['color-contrast', 'link-in-text-block'];

/**
 * What axe finds on the whole page as it stands, by rule and place.
 *
 * In axe's legacy mode, which takes half the time: the other opens a second page for its answers, to look into frames of
 * other origins as well. The only such frame here runs the reader's code and shows nothing.
 */
export async function violations(page: Page, rules?: string[]): Promise<{ id: string; at: unknown[] }[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  const { violations: found } = await (rules ? axe.withRules(rules) : axe.withTags(TAGS)).analyze();
  return found.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target) }));
}

/** Starlight makes code that scrolls focusable when the browser is idle, so it may take a moment until all is well. */
async function expectNoViolations(page: Page, rules?: string[]): Promise<void> {
  await expect.poll(() => violations(page, rules), { timeout: 20_000 }).toEqual([]);
}

/** The page as it stands fits a phone and a desk, and passes axe in both themes; ends on a desk, in the light. */
export async function expectReadable(page: Page): Promise<void> {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    await expect.poll(wide, `${page.url()} at ${width} px`).toBeLessThanOrEqual(width);
    if (width === 375) continue;
    await choose(page, 'dark');
    await expectNoViolations(page, OF_THEME);
    await choose(page, 'light');
    await expectNoViolations(page);
  }
}

/** As the system's setting does, which a page follows until its reader chooses otherwise. */
async function choose(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-theme', colorScheme);
}

/** What is read there holds no number that is none. */
export async function expectNumbers(page: Page): Promise<void> {
  await expect(page.getByRole('main')).not.toContainText(/NaN|Infinity|undefined/);
}
