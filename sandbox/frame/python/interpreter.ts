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

/** Starts the interpreter from its files, and puts our modules beside its library. Takes a second or two. */
export async function startPython(assets: Record<string, Blob>): Promise<PyodideAPI> {
  const glue = URL.createObjectURL(part(assets, 'pyodide.asm.mjs', 'text/javascript'));
  const { default: createPyodideModule } = await import(/* @vite-ignore */ glue);
  URL.revokeObjectURL(glue);
  self.fetch = async (input) => {
    const name = String(input instanceof Request ? input.url : input).replace(NOWHERE, '');
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'application/octet-stream';
    return new Response(part(assets, name, type), { headers: { 'Content-Type': type } });
  };
  const python = await loadPyodide({
    createPyodideModule,
    indexURL: NOWHERE,
    lockFileContents: LOCK_FILE as unknown as Lockfile,
    env: { HOME, LANG: 'C.UTF-8' },
    args: ['-B'],
  });
  const site = python.runPython('import site, sys; sys.path[-1]') as string;
  python.FS.mkdirTree(`${site}/requests`);
  for (const [path, text] of Object.entries(SITE)) python.FS.writeFile(`${site}/${path}`, text);
  python.runPython('import firstcall');
  return python;
}

function part(assets: Record<string, Blob>, name: string, type: string): Blob {
  const asset = assets[name];
  if (!asset) throw new Error(`${name} is missing`);
  return asset.slice(0, asset.size, type);
}
