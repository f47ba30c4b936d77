import type { SampleFile } from '../../engine.ts';
import { createFs } from './fs.ts';
import { randomUuid } from './globals.ts';
import { format, inspect, type ShowError } from './inspect.ts';
import { path } from './path.ts';
import type { SandboxProcess } from './process.ts';
import type { createTimers } from './timers.ts';

type Timers = ReturnType<typeof createTimers>;

/** The modules of Node that a sample may import, with or without `node:`. */
export function createBuiltins(
  files: SampleFile[],
  process: SandboxProcess,
  timers: Timers,
  showError: ShowError,
): Record<string, object> {
  const fs = createFs(files);
  const setTimeoutPromise = (ms?: number, value?: unknown) =>
    new Promise((resolve) => timers.setTimeout(() => resolve(value), ms));
  return {
    process,
    fs,
    'fs/promises': fs.promises,
    path,
    'path/posix': path,
    timers,
    'timers/promises': {
      setTimeout: setTimeoutPromise,
      setImmediate: (value?: unknown) => setTimeoutPromise(0, value),
      scheduler: { wait: (ms: number) => setTimeoutPromise(ms) },
    },
    util: {
      format: (...values: unknown[]) => format(values, showError),
      inspect: (value: unknown) => inspect(value, showError),
    },
    crypto: {
      webcrypto: crypto,
      randomUUID: () => randomUuid(),
      getRandomValues: <T extends ArrayBufferView<ArrayBuffer>>(target: T) => crypto.getRandomValues(target),
    },
    url: { URL, URLSearchParams, fileURLToPath: (url: string | URL) => new URL(url).pathname },
  };
}

const REGISTRY = Symbol.for('firstcall.builtins');

/** Publishes the modules in this realm and answers the code of a module that re-exports one of them. */
export function publishBuiltins(modules: Record<string, object>): (name: string) => string | undefined {
  Object.defineProperty(globalThis, REGISTRY, { value: modules });
  return (name) => {
    if (!Object.hasOwn(modules, name)) return undefined;
    const names = Object.keys(modules[name] ?? {}).join(', ');
    return [
      `const module = globalThis[Symbol.for('firstcall.builtins')][${JSON.stringify(name)}];`,
      'export default module;',
      `export const { ${names} } = module;`,
    ].join('\n');
  };
}
