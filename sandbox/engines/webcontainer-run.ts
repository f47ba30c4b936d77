import type { WebContainer, WebContainerProcess } from '@webcontainer/api';
import type { RunOptions, RunResult, SampleError } from '../engine.ts';
import { createOutputLimit } from '../output-limit.ts';
import { abandon } from './webcontainer-boot.ts';
import { inReadersWords } from './webcontainer-files.ts';
import { explainNetworkFailure } from './webcontainer-network.ts';

/** What was printed may arrive after the exit code; longer than this nobody waits for it. */
const LAST_WORDS_MS = 250;
/** A killed program that is still there after this takes its container with it. */
const KILL_MS = 3_000;
/** A program that serves something is looked at, not waited for. */
const SERVER_LIMIT_MS = 600_000;
const TAIL_CHARS = 4_000;

/** One program in the container, from its first line to its end. */
export class ContainerRun {
  /** Settles in any case, at the latest with the wall-clock limit; never rejects. */
  readonly outcome: Promise<RunResult>;
  private readonly container: WebContainer;
  private readonly process: WebContainerProcess;
  private readonly options: RunOptions;
  private readonly place: { folder: string; apiOrigin: string };
  private readonly limit;
  private readonly settle: (result: Omit<RunResult, 'durationMs' | 'droppedBytes'>) => void;
  private readonly startedAt = performance.now();
  private timer: ReturnType<typeof setTimeout>;
  private tail = '';
  private isOver = false;

  constructor(
    container: WebContainer,
    process: WebContainerProcess,
    options: RunOptions,
    place: { folder: string; apiOrigin: string },
  ) {
    this.container = container;
    this.process = process;
    this.options = options;
    this.place = place;
    this.limit = createOutputLimit(options.outputLimitBytes);
    const { promise, resolve } = Promise.withResolvers<Omit<RunResult, 'durationMs' | 'droppedBytes'>>();
    this.settle = resolve;
    const cancel = () => this.end('cancelled');
    this.timer = setTimeout(() => this.end('timed_out'), options.timeoutMs);
    options.signal.addEventListener('abort', cancel, { once: true });
    if (options.signal.aborted) cancel();
    const forget = this.watchServers();
    void this.follow();
    this.outcome = promise.then((result) => {
      this.isOver = true;
      clearTimeout(this.timer);
      options.signal.removeEventListener('abort', cancel);
      forget();
      options.terminal?.attach(null);
      return {
        ...result,
        durationMs: performance.now() - this.startedAt,
        droppedBytes: this.limit.droppedBytes,
      };
    });
  }

  /** Reads to the end, then takes the exit code. */
  private async follow(): Promise<void> {
    this.attachTerminal();
    const output = this.read();
    const exitCode = await this.process.exit.catch(() => null);
    await Promise.race([output, wait(LAST_WORDS_MS)]);
    if (this.isOver) return;
    if (exitCode === null) return this.settle(FAILED);
    if (exitCode === 0) return this.settle({ status: 'succeeded', exitCode });
    const advice = explainNetworkFailure(this.tail, this.place.apiOrigin);
    if (advice) this.options.onOutput({ stream: 'stderr', text: `\n${advice}\n` });
    const error = advice ? { message: advice } : findError(this.tail);
    this.settle({ status: 'failed', exitCode, ...(error ? { error } : {}) });
  }

  private async read(): Promise<void> {
    const reader = this.process.output.getReader();
    for (;;) {
      const { done, value } = await reader.read().catch(() => ({ done: true, value: undefined }));
      if (value !== undefined) this.print(value);
      if (done) return;
    }
  }

  private print(raw: string): void {
    // A terminal ends its lines with both; the reader's program wrote one.
    const text = inReadersWords(raw.replaceAll('\r\n', '\n'), this.place.folder);
    this.tail = (this.tail + text).slice(-TAIL_CHARS);
    // Both streams arrive as one, as from any terminal.
    const admitted = this.isOver ? null : this.limit.admit({ stream: 'stdout', text });
    if (admitted) this.options.onOutput(admitted);
  }

  private attachTerminal(): void {
    const input = this.process.input.getWriter();
    this.options.terminal?.attach({
      write: (text) => void input.write(text).catch(() => {}),
      resize: (size) => this.process.resize(size),
    });
  }

  private watchServers(): () => void {
    const { onServer } = this.options;
    const forgetReady = this.container.on('server-ready', (_port, url) => {
      if (this.isOver) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.end('timed_out'), SERVER_LIMIT_MS);
      onServer?.(url);
    });
    const forgetPorts = this.container.on('port', (_port, type) => type === 'close' && onServer?.(null));
    return () => {
      forgetReady();
      forgetPorts();
      onServer?.(null);
    };
  }

  /** The result is there at once; the program is seen to its end afterwards. */
  private end(status: 'cancelled' | 'timed_out'): void {
    this.settle({ status, exitCode: null });
    kill(this.container, this.process);
  }
}

/** Ends a program, and with it the container if it will not go. */
export function kill(container: WebContainer, process: WebContainerProcess): void {
  let isGone = false;
  const gone = () => {
    isGone = true;
  };
  process.exit.then(gone, gone);
  process.kill();
  setTimeout(() => isGone || abandon(container), KILL_MS);
}

const FAILED = {
  status: 'failed',
  exitCode: null,
  error: { message: 'WebContainer ended the program without an exit code.' },
} as const;

/** `index.ts:3:7` and the line that says what went wrong, as Node prints them. */
function findError(output: string): SampleError | undefined {
  const message = /^\w*Error(?: \[\w+\])?: .+$/m.exec(output)?.[0];
  if (!message) return undefined;
  const place = /([\w./-]+\.[cm]?[jt]s):(\d+)/.exec(output);
  return { message, ...(place ? { file: String(place[1]), line: Number(place[2]) } : {}) };
}

const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
