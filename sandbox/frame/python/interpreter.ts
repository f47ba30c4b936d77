import { type Lockfile, loadPyodide, type PyodideAPI } from 'pyodide';
import firstcall from './site/firstcall.py?raw';
import requests from './site/requests/__init__.py?raw';
import requestsExceptions from './site/requests/exceptions.py?raw';
import requestsModels from './site/requests/models.py?raw';
import requestsStructures from './site/requests/structures.py?raw';

/** Never asked for over a network: what is under it comes from the files that the page sent. */
const NOWHERE = 'https://pyodide.invalid/';

const SITE = {
  'firstcall.py': firstcall,
  'requests/__init__.py': requests,
  'requests/exceptions.py': requestsExceptions,
  'requests/models.py': requestsModels,
  'requests/structures.py': requestsStructures,
};

/** What stands for the package index: the platform that this build is of, and no packages. */
const LOCK_FILE = {
  info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten_5_0_3', python: '3.14.2' },
  packages: {},
};

/** Where the sample's files lie; also the directory that it starts in. */
export const HOME = '/sample';

/** The memory of an interpreter that has started and done nothing yet: the next one starts from it, ten times as fast. */
const SNAPSHOT = 'snapshot';
/** In the snapshot because samples want them. What draws random numbers is seeded anew (site/firstcall.py). */
const AT_HAND = 'datetime, json, requests';

/** Two options that the package has and does not declare. */
interface SnapshotOptions {
  _makeSnapshot?: boolean;
  _loadSnapshot?: Promise<ArrayBuffer>;
}

export interface StartedPython {
  python: PyodideAPI;
  /** For the next realm. */
  assets: Record<string, Blob>;
}

/** Starts the interpreter from its files, and puts our modules beside its library. Takes seconds without a snapshot. */
export async function startPython(assets: Record<string, Blob>): Promise<StartedPython> {
  const glue = URL.createObjectURL(part(assets, 'pyodide.asm.mjs', 'text/javascript'));
  const { default: createPyodideModule } = await import(/* @vite-ignore */ glue);
  URL.revokeObjectURL(glue);
  self.fetch = async (input) => {
    const name = String(input instanceof Request ? input.url : input).replace(NOWHERE, '');
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    return new Response(part(assets, name, type), { headers: { 'Content-Type': type } });
  };
  // A blob whose realm ended before the browser had fetched its bytes cannot be read: then it starts from nothing.
  const memory = await assets[SNAPSHOT]?.arrayBuffer().catch(() => undefined);
  const options: Parameters<typeof loadPyodide>[0] & SnapshotOptions = {
    createPyodideModule,
    indexURL: NOWHERE,
    lockFileContents: LOCK_FILE as unknown as Lockfile,
    env: { HOME, LANG: 'C.UTF-8' },
    args: ['-B'],
    ...(memory ? { _loadSnapshot: Promise.resolve(memory) } : { _makeSnapshot: true }),
  };
  const python = await loadPyodide(options);
  const site = python.runPython('import sys; sys.path[-1]') as string;
  python.FS.mkdirTree(`${site}/requests`);
  for (const [path, text] of Object.entries(SITE)) python.FS.writeFile(`${site}/${path}`, text);
  const next: Record<string, Blob> = {};
  if (!memory) {
    python.runPython(`import firstcall, ${AT_HAND}`);
    next[SNAPSHOT] = new Blob([makeSnapshot(python)]);
  }
  await python.pyimport('firstcall.warm_up').callPromising();
  return { python, assets: next };
}

function makeSnapshot(python: PyodideAPI): Uint8Array<ArrayBuffer> {
  return (python as unknown as { makeMemorySnapshot(): Uint8Array<ArrayBuffer> }).makeMemorySnapshot();
}

function part(assets: Record<string, Blob>, name: string, type: string): Blob {
  const asset = assets[name];
  if (!asset) throw new Error(`${name} is missing`);
  return asset.slice(0, asset.size, type);
}
