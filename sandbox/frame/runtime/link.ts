import type { Import } from 'es-module-lexer/js';
import type { SampleFile } from '../../engine.ts';
import relaySdk from '../../sdk/relay.ts?raw';
import { lineAt, readSource, SampleFault, type SourceFile } from './source-file.ts';

export interface Linked {
  entryUrl: string;
  /** Which file stands behind a generated URL; what stack traces are mapped with. */
  fileOf: ReadonlyMap<string, string>;
  sources: ReadonlyMap<string, SourceFile>;
}

interface Linker {
  /** Makes a piece of JavaScript importable and answers its address. */
  toUrl: (code: string) => string;
  /** The address of a built-in module, or undefined when the sandbox has none of this name. */
  builtinUrl: (name: string) => string | undefined;
}

/** What can be imported by name as if it were installed. */
const PACKAGES: ReadonlyMap<string, SampleFile> = new Map([
  ['relay', { path: 'node_modules/relay/relay.ts', text: relaySdk }],
]);

/**
 * Turns files that import each other into modules that the browser can import, innermost first, because each
 * address must be known before the file that names it. Throws SampleFault for a missing or cyclic import.
 */
export function linkFiles(files: SampleFile[], entry: string, linker: Linker): Linked {
  const byPath = new Map(files.map((file) => [file.path, file]));
  for (const file of PACKAGES.values()) if (!byPath.has(file.path)) byPath.set(file.path, file);
  const urlOf = new Map<string, string>();
  const sources = new Map<string, SourceFile>();

  const link = (path: string, trail: string[]): string => {
    const done = urlOf.get(path);
    if (done) return done;
    const file = byPath.get(path);
    if (!file) throw new SampleFault(`The sample has no file ${path}.`, {});
    const source = readSource(file);
    sources.set(path, source);
    const code = rewriteImports(source, (specifier, line) => {
      if (!/^\.{0,2}\//.test(specifier)) {
        const shipped = PACKAGES.get(specifier);
        return shipped ? link(shipped.path, [...trail, path]) : builtin(specifier, { file: path, line });
      }
      const target = resolve(path, specifier, byPath, line);
      if (target === path || trail.includes(target)) {
        const circle = [...trail.slice(trail.indexOf(target)), path, target].join(' → ');
        throw new SampleFault(`The imports go in a circle (${circle}), which this sandbox cannot run.`, {
          file: path,
          line,
        });
      }
      return link(target, [...trail, path]);
    });
    const url = linker.toUrl(code);
    urlOf.set(path, url);
    return url;
  };

  const builtin = (specifier: string, place: { file: string; line: number }): string => {
    const url = linker.builtinUrl(specifier.replace(/^node:/, ''));
    if (url) return url;
    throw new SampleFault(
      `'${specifier}' is not available in this sandbox. On your own machine it would be.`,
      place,
    );
  };

  const entryUrl = link(entry, []);
  return { entryUrl, sources, fileOf: new Map(Array.from(urlOf, ([path, url]) => [url, path])) };
}

function rewriteImports(source: SourceFile, urlFor: (specifier: string, line: number) => string): string {
  const { code, path } = source;
  let rewritten = '';
  let at = 0;
  for (const found of source.imports) {
    const line = lineAt(code, found.start);
    const [start, end] = spanOf(found);
    rewritten += code.slice(at, start) + replacement(found, path, line, urlFor);
    at = end;
  }
  return rewritten + code.slice(at);
}

/** Import attributes go away with the specifier: the module behind the address is always JavaScript. */
function spanOf(found: Import): [start: number, end: number] {
  if (found.type === 'import-meta') return [found.start, found.end];
  if (found.type === 'dynamic') return [found.start, found.importEnd - 1];
  return [found.start - 1, found.attributes ? found.importEnd : found.end + 1];
}

function replacement(
  found: Import,
  file: string,
  line: number,
  urlFor: (specifier: string, line: number) => string,
): string {
  if (found.type === 'import-meta') {
    return `(${JSON.stringify({ url: `file:///${file}`, filename: `/${file}`, dirname: '/', main: true })})`;
  }
  if (found.specifier === undefined || (found.type === 'dynamic' && found.glob)) {
    throw new SampleFault('import() needs a plain text in quotes in this sandbox.', { file, line });
  }
  return JSON.stringify(urlFor(found.specifier, line));
}

function resolve(
  from: string,
  specifier: string,
  files: ReadonlyMap<string, SampleFile>,
  line: number,
): string {
  // The URL parser already knows what `..` and `.` mean.
  const path = new URL(specifier, `file:///${from}`).pathname.slice(1);
  if (files.has(path)) return path;
  const near = ['.ts', '.js', '/index.ts', '/index.js']
    .map((end) => path + end)
    .find((name) => files.has(name));
  const advice = near
    ? `Write the whole name: '${specifier}${near.slice(path.length)}'.`
    : `The files here are ${ownFiles(files).join(', ')}.`;
  throw new SampleFault(`Cannot find '${specifier}'. ${advice}`, { file: from, line });
}

function ownFiles(files: ReadonlyMap<string, SampleFile>): string[] {
  return [...files.keys()].filter((path) => !path.startsWith('node_modules/'));
}
