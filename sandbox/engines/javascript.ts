import {
  EngineUnavailableError,
  type RunOptions,
  type RunResult,
  type Sample,
  type SandboxEngine,
} from '../engine.ts';
import { FRAME_PATH } from '../frame/frame-headers.ts';
import type { HostMessage, WorkerMessage } from '../frame/protocol.ts';
import { parseWorkerMessage } from '../frame/protocol.ts';
import { createOutputLimit } from '../output-limit.ts';
import { openRealm, type Realm } from './realm.ts';

/** Room for the worker's last message before its own cap counts; beyond it, it is not our runtime that writes. */
const FLOOD_FACTOR = 2;
const FLOOD_BYTES = 1_000_000;
const MAX_MESSAGES = 200_000;

export interface JavaScriptEngineOptions {
  /** Where the frame's document is served with its own headers (see frame-headers.ts). */
  frameUrl?: string;
}

/**
 * JavaScript and TypeScript in a worker inside a frame of opaque origin, which ships with the portal. Each run gets a
 * realm of its own; the next one is made ready while the reader looks at the result.
 */
export function createJavaScriptEngine({
  frameUrl = FRAME_PATH,
}: JavaScriptEngineOptions = {}): SandboxEngine {
  let spare: Realm | undefined;
  const warm = () => {
    if (spare?.isClosed()) spare = undefined;
    spare ??= openRealm(frameUrl);
    return spare;
  };

  return {
    name: 'embedded',
    bootDeadlineMs: 10_000,
    supports: ({ language }) => language === 'typescript' || language === 'javascript',
    async prepare(signal) {
      const realm = warm();
      if (await readyOrAborted(realm, signal)) return;
      realm.close();
      throw new EngineUnavailableError('The sandbox frame did not start.');
    },
    async run(sample, options) {
      const realm = warm();
      spare = undefined;
      const started = await readyOrAborted(
        realm,
        AbortSignal.any([options.signal, AbortSignal.timeout(10_000)]),
      );
      if (!started) {
        realm.close();
        if (options.signal.aborted)
          return { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };
        throw new EngineUnavailableError('The sandbox frame did not start.');
      }
      try {
        return await runIn(realm, sample, options);
      } finally {
        realm.close();
        // Not before the result is on screen: the next realm costs the page some milliseconds.
        setTimeout(warm, 50);
      }
    },
  };
}

/** False when the signal came first, or the frame went away. */
function readyOrAborted(realm: Realm, signal: AbortSignal): Promise<boolean> {
  const aborted = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([realm.ready.then(() => true), realm.closed.then(() => false), aborted]);
}

function runIn(realm: Realm, sample: Sample, options: RunOptions): Promise<RunResult> {
  const runId = realm.id;
  const startedAt = performance.now();
  const limit = createOutputLimit(options.outputLimitBytes);
  const requests = new Map<number, AbortController>();
  const outcome = Promise.withResolvers<RunResult>();
  let messages = 0;
  let flood = 0;

  const finish = (result: Omit<RunResult, 'durationMs' | 'droppedBytes'>, droppedBytes = 0) => {
    outcome.resolve({
      ...result,
      durationMs: performance.now() - startedAt,
      droppedBytes: Math.max(droppedBytes, limit.droppedBytes),
    });
  };
  const refuse = (message: string) => finish({ status: 'failed', exitCode: null, error: { message } });
  const post = (message: HostMessage) => realm.port.postMessage(message);

  const answer = async (id: number, message: Extract<WorkerMessage, { type: 'request' }>) => {
    if (requests.has(id)) return;
    const controller = new AbortController();
    requests.set(id, controller);
    try {
      post({ type: 'response', id, response: await options.onRequest(message.request, controller.signal) });
    } catch (error) {
      post({ type: 'refused', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      requests.delete(id);
    }
  };

  realm.port.onmessage = ({ data }: MessageEvent<unknown>) => {
    messages += 1;
    if (messages > MAX_MESSAGES)
      return refuse('The program flooded the sandbox with messages and was stopped.');
    const message = parseWorkerMessage(data, runId);
    // Whatever is not ours was forged by the program: it gets no answer.
    if (!message) return;
    if (message.type === 'request') void answer(message.id, message);
    else if (message.type === 'abort') requests.get(message.id)?.abort();
    else if (message.type === 'output') {
      for (const chunk of message.chunks) {
        flood += chunk.text.length;
        const admitted = limit.admit(chunk);
        if (admitted) options.onOutput(admitted);
      }
      if (flood > options.outputLimitBytes * FLOOD_FACTOR + FLOOD_BYTES) {
        refuse('The program flooded the sandbox with output and was stopped.');
      }
    } else if (message.type === 'exit') {
      const { exitCode, droppedBytes, error } = message;
      const status = exitCode === 0 ? 'succeeded' : 'failed';
      finish({ status, exitCode, ...(error ? { error } : {}) }, droppedBytes);
    }
  };

  const cancel = () => finish({ status: 'cancelled', exitCode: null });
  const timer = setTimeout(() => finish({ status: 'timed_out', exitCode: null }), options.timeoutMs);
  options.signal.addEventListener('abort', cancel, { once: true });
  if (options.signal.aborted) cancel();
  realm.closed.then(() => refuse('The sandbox frame went away while the program ran.'));

  options.onStart?.();
  const { entry, files } = sample;
  post({ type: 'run', runId, entry, files, env: options.env, outputLimitBytes: options.outputLimitBytes });
  return outcome.promise.finally(() => {
    clearTimeout(timer);
    options.signal.removeEventListener('abort', cancel);
    realm.port.onmessage = null;
    for (const controller of requests.values()) controller.abort();
  });
}
