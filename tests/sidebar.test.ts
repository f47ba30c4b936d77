import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { sidebar } from '../src/sidebar.ts';

function docs(pages: Record<string, string>): string {
  const root = mkdtempSync(join(tmpdir(), 'sidebar-'));
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}
const ordered = (order: number) => `---\ntitle: A page\nsidebar:\n  order: ${order}\n---\n`;

test('the sidebar is the folder: pages first, then groups in the order of their first page', () => {
  const root = docs({
    'index.mdx': ordered(0),
    '404.md': ordered(0),
    'quickstart.mdx': ordered(1),
    'operators/configure.md': ordered(30),
    'guides/keys.mdx': ordered(11),
    'guides/start.mdx': ordered(10),
    'guides/_draft.mdx': ordered(1),
    'guides/notes.txt': '',
  });
  expect(sidebar(root)).toEqual([
    'quickstart',
    { label: 'Guides', items: ['guides/start', 'guides/keys'] },
    { label: 'Operators', items: ['operators/configure'] },
  ]);
});

test('a page without an order comes last', () => {
  const root = docs({ 'b.md': '---\ntitle: B\n---\n', 'a.md': '# no frontmatter', 'c.md': ordered(5) });
  expect(sidebar(root)[0]).toBe('c');
  expect(sidebar(root)).toHaveLength(3);
});
