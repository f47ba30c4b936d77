/** What the portal serves for the frame's engines, beside the frame itself. Fetched when a language is first run. */
export const PYTHON_WORKER_PATH = '/_sandbox/python.js';
export const SHELL_WORKER_PATH = '/_sandbox/shell.js';

export const PYODIDE_VERSION = '314.0.7';

/** The parts of the `pyodide` package that are served, with their sizes in bytes, which the progress bar counts in. */
export const PYODIDE_FILES: Readonly<Record<string, number>> = {
  'pyodide.asm.mjs': 1_250_344,
  'pyodide.asm.wasm': 9_598_218,
  'python_stdlib.zip': 2_545_637,
};

/** The version is in the path, so that a browser may keep the file for ever. */
export function pyodidePath(file: string): string {
  return `/_sandbox/pyodide/${PYODIDE_VERSION}/${file}`;
}
