import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { buildFrame, buildWorker } from './build-frame.ts';
import { FRAME_HEADERS, FRAME_PATH } from './frame-headers.ts';
import {
  PYODIDE_FILES,
  PYODIDE_VERSION,
  PYTHON_WORKER_PATH,
  pyodidePath,
  SHELL_WORKER_PATH,
} from './sandbox-paths.ts';

/** A file that the portal serves for the sandbox. */
export interface SandboxFile {
  path: string;
  headers: Readonly<Record<string, string>>;
  read(): Promise<string | Uint8Array>;
}

const SCRIPT = { 'Content-Type': 'text/javascript; charset=utf-8' };
const TYPES: Readonly<Record<string, string>> = {
  mjs: 'text/javascript',
  wasm: 'application/wasm',
  zip: 'application/zip',
};

/** The frame and what its engines need; nothing is read or bundled before it is asked for. */
export const SANDBOX_FILES: readonly SandboxFile[] = [
  { path: FRAME_PATH, headers: FRAME_HEADERS, read: buildFrame },
  { path: PYTHON_WORKER_PATH, headers: SCRIPT, read: () => buildWorker('python') },
  { path: SHELL_WORKER_PATH, headers: SCRIPT, read: () => buildWorker('shell') },
  ...Object.entries(PYODIDE_FILES).map(([name, bytes]) => ({
    path: pyodidePath(name),
    headers: { 'Content-Type': TYPES[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream' },
    read: () => readPyodide(name, bytes),
  })),
];

/** Throws when the installed package is another than the one whose sizes and version we know. */
async function readPyodide(name: string, bytes: number): Promise<Uint8Array> {
  const folder = dirname(createRequire(import.meta.url).resolve('pyodide/package.json'));
  const content = await readFile(join(folder, name));
  if (content.length === bytes) return content;
  throw new Error(
    `pyodide/${name} has ${content.length} bytes, sandbox/frame/sandbox-paths.ts says ${bytes}. Is another version than ${PYODIDE_VERSION} installed?`,
  );
}
