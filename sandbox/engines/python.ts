import { type BootProgress, EngineUnavailableError, type SandboxEngine } from '../engine.ts';
import { FRAME_PATH } from '../frame/frame-headers.ts';
import { PYODIDE_FILES, PYTHON_WORKER_PATH, pyodidePath } from '../frame/sandbox-paths.ts';
import { download } from './download.ts';
import { createRealmEngine } from './realm-engine.ts';

const TOTAL_BYTES = Object.values(PYODIDE_FILES).reduce((sum, bytes) => sum + bytes, 0);

/**
 * Python, compiled to WebAssembly. A program waits for an HTTP answer as it would elsewhere, which in a browser takes
 * a WebAssembly that can be paused (JSPI); where that is missing, nothing is downloaded.
 */
export function createPythonEngine({ frameUrl = FRAME_PATH } = {}): SandboxEngine {
  return createRealmEngine({
    name: 'python',
    languages: ['python'],
    // 6 MB over a slow line, with a bar that shows it moving and a Stop beside it.
    bootDeadlineMs: 180_000,
    frameUrl,
    notStarted: 'Python did not start.',
    async load(signal, onProgress) {
      if (!('Suspending' in WebAssembly)) {
        throw new EngineUnavailableError(
          'This browser cannot pause WebAssembly (JSPI), which Python needs to wait for an answer. Current versions of Chrome and Edge can.',
        );
      }
      const [source, assets] = await Promise.all([
        download(PYTHON_WORKER_PATH, 'Python', signal).then((worker) => worker.text()),
        downloadPyodide(signal, onProgress),
      ]);
      onProgress({ text: 'Starting Python' });
      return { worker: { kind: 'module', source }, assets };
    },
  });
}

async function downloadPyodide(
  signal: AbortSignal,
  onProgress: (progress: BootProgress) => void,
): Promise<Record<string, Blob>> {
  let bytes = 0;
  const count = (more: number) => {
    bytes += more;
    onProgress({ text: 'Getting Python', loaded: { bytes, ofBytes: TOTAL_BYTES } });
  };
  count(0);
  const files = await Promise.all(
    Object.keys(PYODIDE_FILES).map(async (name) => {
      return [name, await download(pyodidePath(name), 'Python', signal, count)] as const;
    }),
  );
  return Object.fromEntries(files);
}
