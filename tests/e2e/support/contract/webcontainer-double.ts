import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';

/**
 * A stand-in for stackblitz.com that the real client library talks to, in its own protocol. Programs are run by this
 * machine's Node. It proves our adapter and says nothing of StackBlitz's runtime.
 */
export type DoubleMode = 'ok' | 'build-error' | 'never-init' | 'hang' | 'offline';

export interface WebContainerDouble {
  /** Addresses that the page asked StackBlitz for. */
  asked: string[];
  /** The environment each program was started with. */
  environments: Record<string, string>[];
  /** Everything that was ever written to a file. */
  written: string[];
  running(): number;
  /** Counts from the next page load on. */
  setMode(mode: DoubleMode): void;
  close(): Promise<void>;
}

export interface DoubleOptions {
  mode?: DoubleMode;
  /** How long `build` takes, in milliseconds. */
  bootMs?: number;
  /** What every request of a program fails with, as in a browser that blocks it. */
  networkError?: string;
}

const ORIGIN = 'https://stackblitz.com/**';
const HEADERS = {
  'Content-Type': 'text/html',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'cross-origin',
};
const HERE = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const COMLINK = fileURLToPath(
  new URL('../../../../node_modules/@webcontainer/api/dist/vendor/index.js', import.meta.url),
);

export async function installDouble(page: Page, options: DoubleOptions = {}): Promise<WebContainerDouble> {
  let mode = options.mode ?? 'ok';
  const machine = await createMachine(options);
  const asked: string[] = [];
  await page.exposeBinding('webcontainerDouble', (_source, operation: string, ...args: unknown[]) => {
    const operate = machine.operations[operation as keyof typeof machine.operations];
    return (operate as (...given: unknown[]) => unknown)(...args);
  });
  await page.route(ORIGIN, async (route) => {
    asked.push(route.request().url());
    if (mode === 'hang') return;
    if (mode === 'offline') return route.abort('internetdisconnected');
    await route.fulfill({ headers: HEADERS, body: headlessPage({ ...options, mode }) });
  });
  await page.route('https://*.webcontainer-api.io/**', (route) => proxyToProgram(route));
  page.once('close', () => void machine.close());
  const { environments, written, running, close } = machine;
  const setMode = (next: DoubleMode) => {
    mode = next;
  };
  return { asked, environments, written, running, setMode, close };
}

/** What `https://stackblitz.com/headless` answers. */
function headlessPage({ mode = 'ok', bootMs = 20 }: DoubleOptions): string {
  const comlink = readFileSync(COMLINK, 'utf8').replace(/export \{[\s\S]*?\};\s*$/, '');
  const page = readFileSync(HERE('webcontainer-headless.js'), 'utf8');
  const settings = JSON.stringify({ mode, bootMs });
  return `<!doctype html><script type="module">${comlink}\nconst Comlink = comlink_exports, settings = ${settings};\n${page}</script>`;
}

/** The preview's address names the port of the program on this machine. */
async function proxyToProgram(route: Parameters<Parameters<Page['route']>[1]>[0]): Promise<void> {
  const url = new URL(route.request().url());
  const port = /--(\d+)\./.exec(url.hostname)?.[1];
  const answer = await fetch(`http://127.0.0.1:${port}${url.pathname}`).catch(() => null);
  await route.fulfill({
    status: answer?.status ?? 502,
    headers: { ...HEADERS, 'Content-Type': answer?.headers.get('content-type') ?? 'text/plain' },
    body: (await answer?.text()) ?? 'The program does not answer.',
  });
}

interface Program {
  child: ChildProcess;
  output: string;
  isOver: boolean;
  exitCode: number;
  port: number | undefined;
  wake: () => void;
}

/** A folder and the programs in it; the headless page asks, this machine does. */
async function createMachine({ networkError }: DoubleOptions) {
  const home = await mkdtemp(join(tmpdir(), 'webcontainer-double-'));
  const programs = new Map<number, Program>();
  const environments: Record<string, string>[] = [];
  const written: string[] = [];
  const running = () => [...programs.values()].filter(({ isOver }) => !isOver).length;

  const operations = {
    mkdir: (path: string) => mkdir(join(home, path), { recursive: true }).then(() => {}),
    rm: (path: string) => rm(join(home, path), { recursive: true, force: true }),
    readdir: (path: string) => readdir(join(home, path)),
    async write(path: string, text: string) {
      written.push(text);
      await mkdir(join(home, path, '..'), { recursive: true });
      await writeFile(join(home, path), text);
    },
    spawn(command: string, args: string[], cwd: string, env: Record<string, string>) {
      environments.push(env);
      const program = command === 'node' ? process.execPath : command;
      // Both streams into one pipe, as in a terminal: of two pipes nobody knows which was written to first.
      const child = spawn('sh', ['-c', 'exec "$0" "$@" 2>&1', program, ...args], {
        cwd: join(home, cwd),
        env: {
          PATH: process.env.PATH,
          NODE_OPTIONS: `--import=${HERE('webcontainer-preload.mjs')}`,
          ...(networkError ? { DOUBLE_NETWORK_ERROR: networkError } : {}),
          ...env,
        },
        stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
      });
      const id = programs.size + 1;
      programs.set(id, follow(child));
      return id;
    },
    /** Waits for more to tell; a slow reader slows the program down, as a pipe does. */
    async read(id: number) {
      const program = programs.get(id);
      if (!program) throw new Error('There is no such program.');
      if (program.output === '' && !program.isOver && program.port === undefined) {
        await new Promise<void>((resolve) => {
          program.wake = resolve;
          program.child.stdout?.resume();
        });
      }
      const { output, isOver, exitCode, port } = program;
      program.output = '';
      program.port = undefined;
      // As a terminal ends its lines.
      return { output: output.replaceAll('\n', '\r\n'), isOver, exitCode, port };
    },
    input: (id: number, text: string) => programs.get(id)?.child.stdin?.write(text),
    kill: (id: number) => programs.get(id)?.child.kill('SIGKILL'),
  };
  const close = async () => {
    for (const { child } of programs.values()) child.kill('SIGKILL');
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  };
  return { operations, environments, written, running, close };
}

function follow(child: ChildProcess): Program {
  const program: Program = { child, output: '', isOver: false, exitCode: 1, port: undefined, wake: () => {} };
  const decoder = new StringDecoder('utf8');
  child.stdout?.on('data', (chunk: Buffer) => {
    program.output += decoder.write(chunk);
    child.stdout?.pause();
    program.wake();
  });
  child.stdin?.on('error', () => {});
  child.on('message', (message: { port?: number }) => {
    program.port = message.port;
    program.wake();
  });
  void once(child, 'close').then(([code]) => {
    program.isOver = true;
    program.exitCode = Number(code ?? 137);
    program.wake();
  });
  return program;
}
