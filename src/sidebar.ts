import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface Page {
  slug: string;
  order: number;
}
interface Group {
  label: string;
  items: string[];
  order: number;
}

/** `sidebar.order` of a page's frontmatter; pages without one come last. */
function orderOf(file: string): number {
  const frontmatter = /^---\n([\s\S]*?)\n---/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  return parse(frontmatter)?.sidebar?.order ?? 999;
}

function pagesOf(root: string, folder: string): Page[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[^_].*\.mdx?$/.test(entry.name))
    .map((entry) => ({
      slug: join(folder, entry.name.replace(/\.mdx?$/, '')),
      order: orderOf(join(root, folder, entry.name)),
    }))
    .filter((page) => page.slug !== 'index' && page.slug !== '404')
    .sort((a, b) => a.order - b.order);
}

/**
 * The sidebar is the folder: pages at the top first, then one group per subfolder, ordered by the lowest
 * `sidebar.order` in it. Starlight's own `autogenerate` finds nothing outside src/content.
 */
export function sidebar(root: string): (string | Omit<Group, 'order'>)[] {
  const groups = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry): Group => {
      const pages = pagesOf(root, entry.name);
      const label = entry.name.charAt(0).toUpperCase() + entry.name.slice(1);
      return { label, items: pages.map((page) => page.slug), order: pages[0]?.order ?? 999 };
    })
    .sort((a, b) => a.order - b.order);
  return [
    ...pagesOf(root, '').map((page) => page.slug),
    ...groups.map(({ label, items }) => ({ label, items })),
  ];
}
