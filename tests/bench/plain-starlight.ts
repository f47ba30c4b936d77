import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { staticFiles } from '../../src/http/static-files.ts';

const GROUPS = ['guides', 'authors', 'operators', 'reference'];
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export interface PlainStarlight {
  url: string;
  close(): Promise<void>;
}

/**
 * A stock Starlight site with our words and none of our components, built with the same packages and served as our
 * pages are. Rejects when it cannot be built.
 */
export async function startPlainStarlight(): Promise<PlainStarlight> {
  // Inside the project, where its packages are found; Astro does not build through a link to them.
  const ignored = join(ROOT, 'test-results');
  mkdirSync(ignored, { recursive: true });
  const folder = mkdtempSync(join(ignored, 'plain-starlight-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    await buildSite(folder);
  } catch (error) {
    remove();
    throw error;
  }
  const policy = "default-src 'self' 'unsafe-inline'";
  const files = staticFiles(join(folder, 'dist'), { page: policy, workspace: policy });
  const server = createServer((req, res) => files(req, res, () => res.writeHead(404).end()));
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      remove();
    },
  };
}

async function buildSite(folder: string): Promise<void> {
  const docs = join(folder, 'src/content/docs');
  mkdirSync(docs, { recursive: true });
  for (const group of GROUPS) {
    cpSync(join(ROOT, 'content/docs', group), join(docs, group), { recursive: true, filter: isPlain });
  }
  writeFileSync(join(docs, 'quickstart.mdx'), plainQuickstart());
  // Astro reads here which packages hold components that it has to compile.
  writeFileSync(join(folder, 'package.json'), '{"type":"module","dependencies":{"@astrojs/starlight":"*"}}');
  writeFileSync(join(folder, 'src/content.config.ts'), CONTENT_CONFIG);
  writeFileSync(join(folder, 'astro.config.mjs'), ASTRO_CONFIG);
  const astro = join(ROOT, 'node_modules/astro/bin/astro.mjs');
  await promisify(execFile)(process.execPath, [astro, 'build', '--root', folder], {
    cwd: folder,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' },
  });
}

/** Folders, and pages that import none of our components. */
const isPlain = (path: string) => !/\.mdx?$/.test(path) || !/^import /m.test(readFileSync(path, 'utf8'));

/** The words of the quickstart, with the sample's code where the sandbox stands. */
function plainQuickstart(): string {
  const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const fence = (language: string, path: string) => `\`\`\`${language}\n${read(path).trimEnd()}\n\`\`\``;
  return read('content/docs/quickstart.mdx')
    .replace(/^import .*\n/gm, '')
    .replace(/<Sandbox .*\/>/, fence('ts', 'sandbox/samples/first-call/node/index.ts'))
    .replace(/<SampleCode .*\/>/, fence('sh', 'sandbox/samples/first-call/curl/send.sh'))
    .replace(/^<[A-Z].*\/>$/gm, '');
}

const CONTENT_CONFIG = `import { defineCollection } from 'astro:content';
import { docsLoader } from '@astrojs/starlight/loaders';
import { docsSchema } from '@astrojs/starlight/schema';
export const collections = { docs: defineCollection({ loader: docsLoader(), schema: docsSchema() }) };
`;

/** Compressed as ours is, or the comparison would be with a server that does not compress. */
const ASTRO_CONFIG = `import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { finishBuild } from '${ROOT}src/integrations/finish-build.ts';
export default defineConfig({
  site: 'http://localhost',
  cacheDir: './.cache',
  integrations: [
    starlight({
      title: 'Plain',
      sidebar: ${JSON.stringify(GROUPS)}.map((directory) => ({ label: directory, items: [{ autogenerate: { directory } }] })),
    }),
    finishBuild(),
  ],
});
`;
