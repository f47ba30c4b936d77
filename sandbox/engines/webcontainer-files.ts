import type { FileSystemTree } from '@webcontainer/api';
import type { SampleFile } from '../engine.ts';
import { readSource } from '../frame/runtime/source-file.ts';
import relaySdk from '../sdk/relay.ts?raw';

/**
 * What a TypeScript file is called once its types are gone. WebContainer's Node may be too old to remove them itself,
 * and a name of its own lets the reader's file stay beside it, as it is.
 */
const COMPILED = '.mjs';
const isTypeScript = (path: string) => /\.[cm]?ts$/.test(path);

/** The file that Node is told to start. */
export function compiledName(path: string): string {
  return isTypeScript(path) ? path + COMPILED : path;
}

/** Output as if Node had run the reader's own files: their names, without the folder they happened to be in. */
export function inReadersWords(text: string, folder: string): string {
  return text
    .replace(/(\.[cm]?ts)\.mjs\b/g, '$1')
    .replaceAll(new RegExp(`(file://)?(/[\\w.-]+)*/${folder}/`, 'g'), '');
}

/**
 * The files as a folder to mount. Throws SampleFault for TypeScript that cannot be read; JavaScript is left to Node.
 */
export function toTree(files: SampleFile[]): FileSystemTree {
  const root: FileSystemTree = {};
  const hasPackage = files.some(({ path }) => path === 'package.json');
  if (!hasPackage) put(root, 'package.json', '{"private":true,"type":"module"}\n');
  // Node takes no TypeScript from node_modules, so there it lies as JavaScript.
  put(root, 'node_modules/relay/package.json', '{"name":"relay","type":"module","exports":"./relay.js"}\n');
  put(root, 'node_modules/relay/relay.js', compile({ path: 'relay.ts', text: relaySdk }));
  for (const file of files) {
    put(root, file.path, file.text);
    if (isTypeScript(file.path)) put(root, compiledName(file.path), compile(file));
  }
  return root;
}

function put(root: FileSystemTree, path: string, contents: string): void {
  const parts = path.split('/');
  const name = parts.pop() ?? path;
  let folder = root;
  for (const part of parts) {
    const next = folder[part];
    const directory = next && 'directory' in next ? next.directory : {};
    folder[part] = { directory };
    folder = directory;
  }
  folder[name] = { file: { contents } };
}

/** Types go, every line stays where it was, and imports of TypeScript lead to what was compiled from it. */
function compile(file: SampleFile): string {
  const { code, imports } = readSource(file);
  let compiled = '';
  let at = 0;
  for (const { specifier, start, end } of imports) {
    if (typeof specifier !== 'string' || !/^\.{0,2}\//.test(specifier) || !isTypeScript(specifier)) continue;
    compiled += code.slice(at, start) + code.slice(start, end).replace(specifier, compiledName(specifier));
    at = end;
  }
  return compiled + code.slice(at);
}
