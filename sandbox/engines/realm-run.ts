import type { BridgeRequest, RunOptions, RunResult, Sample } from '../engine.ts';
import { type HostMessage, MAX_MESSAGES, parseWorkerMessage, type WorkerMessage } from '../frame/protocol.ts';
import { createOutputLimit, type OutputLimit } from '../output-limit.ts';
import type { Realm } from './realm.ts';

/** Room for what was under way when the worker's own cap was reached; beyond it, it is not our runtime that writes. */
const FLOOD_FACTOR = 2;
const FLOOD_CHARS = 1_000_000;

/** One run seen from the page. Everything that comes over the port may be forged by the program. */
export class RealmRun {
  /** Settles in any case, at the latest with the wall-clock limit; never rejects. */
  readonly outcome: Promise<RunResult>;
  private readonly realm: Realm;
  private readonly options: RunOptions;
  private readonly limit: OutputLimit;
  private readonly requests = new Map<number, AbortController>();
  private readonly startedAt = performance.now();
  private readonly settle: (result: RunResult) => void;
  private messages = 0;
  private receivedChars = 0;

  constructor(realm: Realm, { entry, files }: Sample, options: RunOptions) {
    this.realm = realm;
    this.options = options;
    this.limit = createOutputLimit(options.outputLimitBytes);
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    this.settle = resolve;

    const cancel = () => this.finish({ status: 'cancelled', exitCode: null });
    const timeOut = () => this.finish({ status: 'timed_out', exitCode: null });
    const timer = setTimeout(timeOut, options.timeoutMs);
    options.signal.addEventListener('abort', cancel, { once: true });
    if (options.signal.aborted) cancel();
    realm.closed.then(() => this.refuse('The sandbox frame went away while the program ran.'));
    realm.port.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
    this.outcome = promise.finally(() => {
      clearTimeout(timer);
      options.signal.removeEventListener('abort', cancel);
      realm.port.onmessage = null;
      for (const controller of this.requests.values()) controller.abort();
    });

    options.onStart?.();
    const { env, outputLimitBytes } = options;
    this.post({ type: 'run', runId: realm.id, entry, files, env, outputLimitBytes });
  }

  private receive(data: unknown): void {
    this.messages += 1;
    const message = parseWorkerMessage(data, this.realm.id);
    if (this.messages > MAX_MESSAGES || message?.type === 'flooded')
      this.refuse('The program flooded the sandbox with messages and was stopped.');
    if (message?.type === 'request') void this.answer(message.id, message.request);
    else if (message?.type === 'abort') this.requests.get(message.id)?.abort();
    else if (message?.type === 'output') this.print(message);
    else if (message?.type === 'exit') {
      const { exitCode, droppedBytes, error } = message;
      const status = exitCode === 0 ? 'succeeded' : 'failed';
      this.finish({ status, exitCode, ...(error ? { error } : {}) }, droppedBytes);
    }
  }

  private print({ chunks }: Extract<WorkerMessage, { type: 'output' }>): void {
    for (const chunk of chunks) {
      this.receivedChars += chunk.text.length;
      const admitted = this.limit.admit(chunk);
      if (admitted) this.options.onOutput(admitted);
    }
    if (this.receivedChars > this.options.outputLimitBytes * FLOOD_FACTOR + FLOOD_CHARS) {
      this.refuse('The program flooded the sandbox with output and was stopped.');
    }
  }

  private async answer(id: number, request: BridgeRequest): Promise<void> {
    if (this.requests.has(id)) return;
    const controller = new AbortController();
    this.requests.set(id, controller);
    try {
      const response = await this.options.onRequest(request, controller.signal);
      this.post({ type: 'response', id, response });
    } catch (error) {
      this.post({ type: 'refused', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.requests.delete(id);
    }
  }

  private refuse(message: string): void {
    this.finish({ status: 'failed', exitCode: null, error: { message } });
  }

  private finish(result: Omit<RunResult, 'durationMs' | 'droppedBytes'>, droppedBytes = 0): void {
    this.settle({
      ...result,
      durationMs: performance.now() - this.startedAt,
      droppedBytes: Math.max(droppedBytes, this.limit.droppedBytes),
    });
  }

  private post(message: HostMessage): void {
    this.realm.port.postMessage(message);
  }
}
