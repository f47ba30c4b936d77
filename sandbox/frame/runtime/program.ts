import type { BridgeResponse, SampleError } from '../../engine.ts';
import type { RunMessage, WorkerMessage } from '../protocol.ts';
import { Bridge } from './bridge.ts';
import { createBuiltins, publishBuiltins } from './builtins.ts';
import { createConsole } from './console.ts';
import { describeFailure, showError } from './failure.ts';
import { createFetch } from './fetch.ts';
import { fillInCrypto, replaceGlobals } from './globals.ts';
import { type Linked, linkFiles } from './link.ts';
import { countPlatformWork, createLiveness } from './liveness.ts';
import { createOutput, type Output } from './output.ts';
import { createProcess, EXIT, type SandboxProcess } from './process.ts';
import { CompileError, explainCompileError, importEntry } from './syntax-error.ts';
import { createTimers } from './timers.ts';

/** How long nothing may be under way before the program counts as ended, in milliseconds. */
const QUIET_MS = 5;
/** A top-level `await` that nothing will ever answer: Node ends with 13. */
const STUCK_MS = 1_000;
const EXIT_STUCK = 13;

type Send = (message: WorkerMessage) => void;

/** The one sample of this realm. It ends with one `exit` message. */
export class Program {
  private readonly message: RunMessage;
  private readonly send: Send;
  private readonly output: Output;
  private readonly liveness = createLiveness();
  private readonly bridge: Bridge;
  private readonly process: SandboxProcess;
  private readonly builtinCode: (name: string) => string | undefined;
  private linked: Linked | undefined;
  private hasEnded = false;

  constructor(message: RunMessage, send: Send) {
    const { runId, entry, files, env, outputLimitBytes } = message;
    this.message = message;
    this.send = send;
    this.output = createOutput((chunks) => send({ type: 'output', runId, chunks }), outputLimitBytes);
    this.bridge = new Bridge({
      send: (id, request) => {
        // What was printed before the request is shown before it.
        this.output.flush();
        send({ type: 'request', runId, id, request });
      },
      abort: (id) => send({ type: 'abort', runId, id }),
    });
    const show = (error: Error) => showError(error, this.fileOf());
    const timers = createTimers(this.liveness);
    this.process = createProcess(env, entry, this.output, (code) => this.end(code));
    this.builtinCode = publishBuiltins(createBuiltins(files, this.process, timers, show));
    countPlatformWork(this.liveness);
    replaceGlobals({
      ...timers,
      process: this.process,
      global: globalThis,
      console: createConsole(this.output, show),
      fetch: createFetch(this.bridge, this.liveness),
    });
    fillInCrypto();
  }

  answered(id: number, response: BridgeResponse): void {
    this.bridge.answered(id, response);
  }

  refused(id: number, message: string): void {
    this.bridge.refused(id, message);
  }

  async start(): Promise<void> {
    addEventListener('error', this.onError);
    addEventListener('unhandledrejection', (event) => {
      event.preventDefault();
      this.crash(event.reason);
    });
    try {
      await this.run();
    } catch (error) {
      if (!(error instanceof CompileError) || !this.linked) return this.crash(error);
      // Looking for the place means compiling again, and those errors are not the program's.
      removeEventListener('error', this.onError);
      this.crash(await explainCompileError(error, this.linked));
    }
  }

  private async run(): Promise<void> {
    this.linked = linkFiles(this.message.files, this.message.entry, {
      toUrl,
      builtinUrl: (name) => {
        const code = this.builtinCode(name);
        return code && toUrl(code);
      },
    });
    const evaluation = importEntry(this.linked);
    const stuck = this.liveness.idle(STUCK_MS).then(() => 'stuck');
    if ((await Promise.race([evaluation, stuck])) === 'stuck') {
      const reason = 'a top-level await never settled, and nothing is left that could settle it.';
      this.output.write('stderr', `Warning: ${reason}\n`);
      return this.end(EXIT_STUCK);
    }
    await this.liveness.idle(QUIET_MS);
    this.end(this.process.exitCode ?? 0);
  }

  private readonly onError = (event: ErrorEvent): void => {
    event.preventDefault();
    this.crash(event.error ?? new Error(event.message));
  };

  private crash(thrown: unknown): void {
    if (this.hasEnded || thrown === EXIT) return;
    const { error, text } = describeFailure(thrown, this.fileOf());
    this.output.write('stderr', text);
    this.end(1, error);
  }

  private end(code: number, error?: SampleError): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.output.flush();
    const exitCode = Number.isInteger(code) ? code & 255 : 1;
    const { droppedBytes } = this.output;
    const { runId } = this.message;
    this.send({ type: 'exit', runId, exitCode, droppedBytes, ...(error ? { error } : {}) });
  }

  private fileOf(): ReadonlyMap<string, string> {
    return this.linked?.fileOf ?? new Map();
  }
}

const toUrl = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
