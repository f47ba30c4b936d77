import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import {
  EngineUnavailableError,
  type RunOptions,
  type RunResult,
  type Sample,
  type SandboxEngine,
} from '../engine.ts';
import { SampleFault } from '../frame/runtime/source-file.ts';
import { bootContainer, declareDead, followBoot } from './webcontainer-boot.ts';
import { compiledName, toTree } from './webcontainer-files.ts';
import { ContainerRun, kill } from './webcontainer-run.ts';

/** Of one operation inside a container that has booted. */
const STEP_MS = 10_000;
export const BOOT_DEADLINE_MS = 15_000;
/** Somebody who has never seen it start is not kept waiting for long. */
export const FIRST_BOOT_DEADLINE_MS = 8_000;

export interface WebContainerOptions {
  clientId?: string | undefined;
  /** Where the program's requests go; named when they fail. */
  apiOrigin: string;
  bootDeadlineMs?: number;
  /**
   * The one engine whose programs hold a key: they run under StackBlitz's origin, where no bridge of ours can add it.
   * So `get` should mint a short-lived test key. It is asked for when a program starts and never before, and the key
   * goes into that program's environment and into no file.
   */
  key?: { placeholder: string; get(): Promise<string> };
}

/** Node, npm and a terminal in the browser, by StackBlitz. Needs their servers and a cross-origin isolated page. */
export function createWebContainerEngine(given: WebContainerOptions): SandboxEngine {
  const { clientId, bootDeadlineMs: deadlineMs = BOOT_DEADLINE_MS } = given;
  const boot = (signal: AbortSignal, onProgress: RunOptions['onProgress']) => {
    const container = bootContainer({ clientId, deadlineMs });
    return orAborted(container, signal).finally(followBoot(onProgress));
  };
  return {
    name: 'webcontainer',
    // The boot has the same deadline and a better sentence, so it is given the time to say it.
    bootDeadlineMs: deadlineMs + 250,
    supports: ({ language }) => language === 'typescript' || language === 'javascript',
    async prepare(signal, onProgress) {
      if (!(await boot(signal, onProgress)))
        throw new EngineUnavailableError('WebContainer was still starting.');
    },
    async run(sample, options) {
      const container = await boot(options.signal, options.onProgress);
      return container ? startProgram(container, sample, options, given) : CANCELLED;
    },
  };
}

const CANCELLED: RunResult = { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };

let runs = 0;

/** A folder of its own for each run: what one leaves behind, the next does not see. */
async function startProgram(
  container: WebContainer,
  sample: Sample,
  options: RunOptions,
  given: WebContainerOptions,
): Promise<RunResult> {
  runs += 1;
  const folder = `run-${runs}`;
  const { signal } = options;
  const say = (text: string) => options.onProgress?.({ text });
  try {
    const tree = toTree(sample.files);
    say('Writing the files');
    await step(container.fs.mkdir(folder), signal);
    await step(container.mount(tree, { mountPoint: folder }), signal);
    say('Getting a test key');
    const env = await withKey(options.env, given.key, signal);
    say('Starting Node');
    const spawned = container.spawn('node', [compiledName(sample.entry)], {
      cwd: folder,
      env,
      ...(options.terminal ? { terminal: options.terminal.size } : {}),
    });
    const process = await step(spawned, signal, (late: WebContainerProcess) => kill(container, late));
    options.onStart?.();
    const place = { folder, apiOrigin: given.apiOrigin };
    return await new ContainerRun(container, process, options, place).outcome;
  } catch (error) {
    if (error instanceof Aborted || signal.aborted) return CANCELLED;
    if (error instanceof SampleFault) return explainFault(error, options);
    throw error;
  } finally {
    container.fs.rm(folder, { recursive: true, force: true }).catch(() => {});
  }
}

async function withKey(
  env: RunOptions['env'],
  key: WebContainerOptions['key'],
  signal: AbortSignal,
): Promise<RunOptions['env']> {
  if (!key || !Object.values(env).some((value) => value.includes(key.placeholder))) return env;
  const secret = await orAborted(key.get().catch(unavailable), signal);
  if (secret === undefined) throw new Aborted();
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [name, value.replaceAll(key.placeholder, secret)]),
  );
}

/** As Node would, before the first line runs. */
function explainFault({ message, place }: SampleFault, { onStart, onOutput }: RunOptions): RunResult {
  const at = place.file ? `${place.file}${place.line ? `:${place.line}` : ''}: ` : '';
  onStart?.();
  onOutput({ stream: 'stderr', text: `${at}${message}\n` });
  return { status: 'failed', exitCode: 1, durationMs: 0, droppedBytes: 0, error: { message, ...place } };
}

class Aborted extends Error {}

/**
 * One operation of the container, which settles even when the container does not. What comes too late goes to `drop`.
 * Rejects with Aborted, or with EngineUnavailableError when the container stopped answering.
 */
async function step<T>(promise: Promise<T>, signal: AbortSignal, drop?: (late: T) => void): Promise<T> {
  const deadline = AbortSignal.timeout(STEP_MS);
  const settled = promise.then((value) => ({ value }), unavailable);
  const done = await orAborted(settled, AbortSignal.any([signal, deadline]));
  if (done) return done.value;
  if (drop) promise.then(drop, () => {});
  if (signal.aborted) throw new Aborted();
  declareDead('WebContainer stopped answering.');
  throw new EngineUnavailableError('WebContainer stopped answering.');
}

function unavailable(error: unknown): never {
  throw new EngineUnavailableError(error instanceof Error ? error.message : String(error));
}

/** Undefined when the signal came first. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const { promise: aborted, resolve } = Promise.withResolvers<undefined>();
  const abort = () => resolve(undefined);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  promise.catch(() => {});
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
