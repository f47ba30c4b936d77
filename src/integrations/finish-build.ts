import { hash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { AstroIntegration } from 'astro';
import { INLINE_SCRIPTS_FILE } from '../http/security-headers.ts';

const COMPRESSIBLE = /\.(html|css|js|mjs|json|svg|txt|xml|wasm|ttf|map)$/;
/** Inside the search index everything is compressed already. */
const SMALLEST_BYTES = 512;
/** Quality 11 takes a minute for the editor's workers and saves 3 % over 9. */
const LARGE_BYTES = 400_000;
const AT_ONCE = 4;

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)([^>]*)>([\s\S]*?)<\/script>/g;
const NOT_RUN = /type="(?!module|text\/javascript)/;

/** What the server needs of a build: the hashes of inline scripts for its policy, and every file compressed once. */
export function finishBuild(): AstroIntegration {
  return {
    name: 'finish-build',
    hooks: {
      'astro:build:done': async ({ dir, logger }) => {
        const client = fileURLToPath(dir);
        const files = await listFiles(client);
        const hashes = await hashInlineScripts(files.filter((file) => file.endsWith('.html')));
        await writeFile(join(client, '..', INLINE_SCRIPTS_FILE), JSON.stringify(hashes));
        const compressible = files.filter((file) => COMPRESSIBLE.test(file));
        await inParallel(compressible, compress);
        logger.info(`${hashes.length} inline scripts hashed, ${compressible.length} files compressed`);
      },
    },
  };
}

async function listFiles(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

async function hashInlineScripts(pages: string[]): Promise<string[]> {
  const hashes = new Set<string>();
  for (const page of pages) {
    // The frame of the sandbox has a policy of its own.
    if (page.includes('_sandbox')) continue;
    for (const [, attributes = '', script = ''] of (await readFile(page, 'utf8')).matchAll(INLINE_SCRIPT)) {
      if (!NOT_RUN.test(attributes)) hashes.add(`sha256-${hash('sha256', script, 'base64')}`);
    }
  }
  return [...hashes].sort();
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < SMALLEST_BYTES) return;
  const quality = content.length > LARGE_BYTES ? 9 : constants.BROTLI_MAX_QUALITY;
  const params = { [constants.BROTLI_PARAM_QUALITY]: quality };
  await Promise.all([
    promisify(brotliCompress)(content, { params }).then((small) => writeFile(`${file}.br`, small)),
    promisify(gzip)(content, { level: 9 }).then((small) => writeFile(`${file}.gz`, small)),
  ]);
}

async function inParallel<T>(items: T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const item of queue) await work(item);
    }),
  );
}
