import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AstroIntegration } from 'astro';
import { buildFrame } from '../../sandbox/frame/build-frame.ts';
import { FRAME_HEADERS, FRAME_PATH } from '../../sandbox/frame/frame-headers.ts';
import { monacoStyles } from './monaco-styles.ts';

const SOURCES = fileURLToPath(new URL('../../sandbox/', import.meta.url));

/**
 * The document that the sandbox's programs run in: bundled by itself, a file among the static ones after a build, and
 * served under the same headers in `astro dev`. It has to come before whatever compresses the build.
 */
export function sandboxFrame(): AstroIntegration {
  return {
    name: 'sandbox-frame',
    hooks: {
      'astro:config:setup': ({ updateConfig }) => {
        updateConfig({ vite: { plugins: [monacoStyles()] } });
      },
      'astro:server:setup': ({ server }) => {
        let frame: Promise<string> | undefined;
        server.watcher.add(SOURCES);
        server.watcher.on('change', (file) => {
          if (file.startsWith(SOURCES)) frame = undefined;
        });
        server.middlewares.use(FRAME_PATH, (_request, response, next) => {
          frame ??= buildFrame();
          // The portal denies framing everywhere else; here `frame-ancestors` decides.
          response.removeHeader('X-Frame-Options');
          frame.then((html) => response.writeHead(200, FRAME_HEADERS).end(html)).catch(next);
        });
      },
      'astro:build:done': async ({ dir }) => {
        const file = join(fileURLToPath(dir), FRAME_PATH);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, await buildFrame());
      },
    },
  };
}
