import { readdirSync, readFileSync } from 'node:fs';
import { transform } from 'sucrase';

const FOLDER = new URL('../../../reporting/', import.meta.url);
const ENTRIES = ['express', 'fastify', 'hono', 'reporter'];

/** The middleware as npm installs it: JavaScript, with its types, from `reporting/`. Read from disk. */
export function reportingPackage(): { path: string; text: string }[] {
  const read = (name: string) => readFileSync(new URL(name, FOLDER), 'utf8');
  const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));
  return [
    { path: 'package.json', text: `${JSON.stringify(manifest(), null, 2)}\n` },
    { path: 'README.md', text: read('README.md') },
    ...sources.map((name) => ({ path: name.replace('.ts', '.js'), text: toJavaScript(read(name)) })),
    ...sources
      .map((name) => name.replace('.ts', '.d.ts'))
      .map((name) => ({ path: name, text: read(`declarations/${name}`) })),
  ];
}

/** Modules find each other under the names they have when they are installed. */
export function namesAsInstalled(code: string): string {
  return code.replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'");
}

function toJavaScript(code: string): string {
  return namesAsInstalled(transform(code, { transforms: ['typescript'], disableESTransforms: true }).code);
}

function manifest() {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', FOLDER), 'utf8'));
  const entry = (name: string) => ({ types: `./${name}.d.ts`, default: `./${name}.js` });
  return {
    name: 'firstcall-reporting',
    version,
    description: 'Tells your developer portal about the calls that your API answers.',
    license: 'MIT',
    type: 'module',
    engines: { node: '>=18' },
    exports: Object.fromEntries(
      ENTRIES.map((name) => [name === 'reporter' ? '.' : `./${name}`, entry(name)]),
    ),
    peerDependencies: { hono: '>=4.8' },
    peerDependenciesMeta: { hono: { optional: true } },
  };
}
