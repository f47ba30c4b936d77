import type { Output } from './output.ts';

/** Thrown by `process.exit()` to leave the program wherever it is; never shown. */
export const EXIT = Symbol('exit');

/** The part of Node's `process` that small programs use. `exit` tells the runtime first and then unwinds. */
export function createProcess(
  env: Record<string, string>,
  entry: string,
  output: Output,
  end: (code: number) => void,
) {
  const started = performance.now();
  const stream = (name: 'stdout' | 'stderr') => ({
    isTTY: false,
    columns: 80,
    write(text: string | Uint8Array) {
      output.write(name, typeof text === 'string' ? text : new TextDecoder().decode(text));
      return true;
    },
  });
  return {
    env: { ...env } as Record<string, string | undefined>,
    argv: ['node', `/${entry}`],
    execArgv: [] as string[],
    exitCode: undefined as number | undefined,
    platform: 'linux',
    arch: 'wasm',
    pid: 1,
    version: 'v24.0.0',
    versions: { node: '24.0.0', firstcall: 'sandbox' },
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    cwd: () => '/',
    uptime: () => (performance.now() - started) / 1000,
    nextTick: (callback: (...args: unknown[]) => void, ...args: unknown[]) =>
      queueMicrotask(() => callback(...args)),
    hrtime: Object.assign(
      (since: [number, number] = [0, 0]): [number, number] => {
        const ns =
          BigInt(Math.round(performance.now() * 1e6)) - BigInt(since[0]) * 1_000_000_000n - BigInt(since[1]);
        return [Number(ns / 1_000_000_000n), Number(ns % 1_000_000_000n)];
      },
      { bigint: () => BigInt(Math.round(performance.now() * 1e6)) },
    ),
    on: () => unavailable('process.on'),
    once: () => unavailable('process.once'),
    exit(code?: number): never {
      end(Number(code ?? this.exitCode ?? 0));
      throw EXIT;
    },
  };
}

export type SandboxProcess = ReturnType<typeof createProcess>;

export function unavailable(name: string): never {
  throw new Error(`${name} is not available in this sandbox. On your own machine it would be.`);
}
