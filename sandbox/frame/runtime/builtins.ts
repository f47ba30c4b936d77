import type { SampleFile } from '../../engine.ts';
import { createFs } from './fs.ts';
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
      subtle: crypto.subtle,
      randomUUID: () => randomUuid(),
      getRandomValues: <T extends ArrayBufferView<ArrayBuffer>>(target: T) => crypto.getRandomValues(target),
    },
    url: { URL, URLSearchParams, fileURLToPath: (url: string | URL) => new URL(url).pathname },
  };
}

/** `crypto.randomUUID` exists in secure contexts only; a portal on plain http in an office has none. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
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
