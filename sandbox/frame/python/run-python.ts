import type { PyodideAPI } from 'pyodide';
import type { BridgeRequest, OutputChunk, SampleError, SampleFile } from '../../engine.ts';
import type { Bridge } from '../runtime/bridge.ts';
import type { Ending, Surroundings } from '../runtime/one-run.ts';
import { HOME } from './interpreter.ts';

/** Runs the sample as `python <entry>` would. An error of the program is part of how it ends. */
export async function runPython(
  python: PyodideAPI,
  { message, output, bridge }: Surroundings,
): Promise<Ending> {
  python.setStdout({ ...writer('stdout'), isatty: false });
  python.setStderr({ ...writer('stderr'), isatty: false });
  python.setStdin({ stdin: () => null });
  python.registerJsModule('firstcall_page', { send: createSend(bridge) });
  writeFiles(python, message.files);
  const run = python.pyimport('firstcall.run');
  try {
    // "Promising" is what lets the program wait for an answer without `await`.
    const ended: string = await run.callPromising(message.entry, JSON.stringify(message.env));
    const { code, error } = JSON.parse(ended) as { code: number; error?: SampleError };
    return { exitCode: code, ...(error ? { error } : {}) };
  } catch (error) {
    return afterCrash(error);
  }

  function writer(stream: OutputChunk['stream']) {
    const decoder = new TextDecoder();
    return {
      write(bytes: Uint8Array) {
        output.write(stream, decoder.decode(bytes, { stream: true }));
        return bytes.length;
      },
    };
  }
}

/** `os._exit()` ends the interpreter in the middle of a call; everything else that arrives here broke it. */
function afterCrash(error: unknown): Ending {
  const { name, status, message } = error as Partial<Error> & { status?: number };
  if (name === 'Exit' || name === 'ExitStatus') return { exitCode: Number(status ?? 1) };
  throw new Error(`Python itself broke off: ${message ?? String(error)}`);
}

function writeFiles({ FS }: PyodideAPI, files: SampleFile[]): void {
  FS.mkdirTree(HOME);
  for (const { path, text } of files) {
    const folder = path.split('/').slice(0, -1).join('/');
    FS.mkdirTree(`${HOME}/${folder}`);
    FS.writeFile(`${HOME}/${path}`, text);
  }
}

/** What `requests` (site/requests/models.py) calls. Rejects with a TimeoutError after `timeoutMs`. */
function createSend(bridge: Bridge) {
  return async (
    method: string,
    url: string,
    headers: string,
    body: BridgeRequest['body'] | undefined,
    timeoutMs: number | undefined,
  ) => {
    const request = { method, url, headers: JSON.parse(headers), body: body ?? null };
    const signal = timeoutMs === undefined || timeoutMs === null ? undefined : AbortSignal.timeout(timeoutMs);
    const response = await bridge.request(request, signal);
    return { ...response, headers: JSON.stringify(response.headers) };
  };
}
