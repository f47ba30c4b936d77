import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** A helper for workers that, as published, imports every feature of the editor for its side effects. */
const WORKER_HELPER = /monaco-editor\/esm\/vs\/internal\/common\/workers\.js$/;
const MARK = '\0monaco-styles:';

/**
 * The editor's 175 KB of CSS, carried by its scripts. Left to the bundler they become one render-blocking file on
 * every page of the docs, because all of those are one route.
 */
export function monacoStyles(): Plugin {
  return {
    name: 'monaco-styles',
    apply: 'build',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.endsWith('.css') || !importer?.includes('monaco-editor')) return null;
      return `${MARK}${join(dirname(importer), source)}.js`;
    },
    transform(code, id) {
      // The features we want are named one by one in monaco-editor.ts; this takes 150 KB off, compressed.
      return WORKER_HELPER.test(id) ? code.replace(/^import '[^']+';$/gm, '') : null;
    },
    async load(id) {
      if (!id.startsWith(MARK)) return null;
      const file = id.slice(MARK.length, -'.js'.length);
      const fonts: string[] = [];
      const css = (await readFile(file, 'utf8')).replace(
        /url\((['"]?)(\.[^'")]+)\1\)/g,
        (_, __, path: string) => {
          fonts.push(
            `import font${fonts.length} from ${JSON.stringify(`${join(dirname(file), path.split('?')[0] ?? '')}?url`)};`,
          );
          return `url(\${font${fonts.length - 1}})`;
        },
      );
      const text = `\`${css.replace(/\\/g, '\\\\').replace(/`/g, '\\`')}\``;
      return [
        ...fonts,
        "const style = document.createElement('style');",
        `style.textContent = ${text};`,
        'document.head.append(style);',
      ].join('\n');
    },
  };
}
