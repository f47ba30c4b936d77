import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';

/** What axe finds on the whole page as it stands, by rule and place. */
export async function violations(page: Page): Promise<{ id: string; at: unknown[] }[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations: found } = await new AxeBuilder({ page }).withTags(tags).analyze();
  return found.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.target) }));
}
