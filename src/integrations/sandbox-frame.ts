import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { SANDBOX_FILES } from '../../sandbox/frame/sandbox-files.ts';
import { monacoStyles } from './monaco-styles.ts';

const SOURCES = fileURLToPath(new URL('../../sandbox/', import.meta.url));

/**
 * The document that the sandbox's programs run in, and what its engines need: each bundled by itself, files among the
 * static ones after a build, and served alike in `astro dev`. It has to come before whatever compresses the build.
 */
export function sandboxFrame(): AstroIntegration {
  return {
    name: 'sandbox-frame',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => {
        updateConfig({ vite: { plugins: [monacoStyles()] } });
      },
      'astro:server:setup': ({ server }) => {
        const made = new Map<string, Promise<string | Uint8Array>>();
        server.watcher.add(SOURCES);
        server.watcher.on('change', (file) => {
          if (file.startsWith(SOURCES)) made.clear();
        });
        for (const { path, headers, read } of SANDBOX_FILES) {
          server.middlewares.use(path, (_request, response, next) => {
            const content = made.get(path) ?? read();
            made.set(path, content);
            // The portal denies framing everywhere else; here `frame-ancestors` decides.
            response.removeHeader('X-Frame-Options');
            content.then((body) => response.writeHead(200, headers).end(body)).catch(next);
          });
        }
      },
      'astro:build:done': async ({ dir }) => {
        for (const { path, read } of SANDBOX_FILES) {
          const file = join(fileURLToPath(dir), path);
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, await read());
        }
      },
    },
  };
}
