/** One file the reader sees; `path` is relative to the sample's folder, with forward slashes. */
export interface SampleFile {
  path: string;
  text: string;
}

/** A program as it stands in the editor, perhaps edited. */
export interface Sample {
  name: string;
  /** `typescript`, `javascript`, …: what an engine looks at to know whether it can run the files. */
  language: string;
  /** The path of the file that is started. */
  entry: string;
  files: SampleFile[];
}

export interface OutputChunk {
  stream: 'stdout' | 'stderr';
  text: string;
}

/** A request as the program asked for it; the environment around the engine decides whether it is made. */
export interface BridgeRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body: Uint8Array<ArrayBuffer> | null;
}

export interface BridgeResponse {
  url: string;
  status: number;
  statusText: string;
  headers: [name: string, value: string][];
  body: Uint8Array<ArrayBuffer>;
}

/** Makes one request for the program. Rejects with an Error whose message is a sentence for the reader. */
export type RequestBridge = (request: BridgeRequest, signal: AbortSignal) => Promise<BridgeResponse>;

/** The program from the side of whoever types into its terminal. */
export interface TerminalProgram {
  write(text: string): void;
  resize(size: TerminalSize): void;
}

export interface TerminalSize {
  cols: number;
  rows: number;
}

/** A terminal on the page. Engines that have none of their own leave it alone. */
export interface Terminal {
  size: TerminalSize;
  /** The program that input now goes to; null when it has ended. */
  attach(program: TerminalProgram | null): void;
}

/** How far an engine is with getting ready, for whoever waits. */
export interface BootProgress {
  /** What it is doing, such as `Getting Python`. */
  text: string;
  /** There while something is downloaded; unpacked sizes, in bytes. */
  loaded?: { bytes: number; ofBytes: number };
}

export interface RunOptions {
  /** What the program sees as `process.env`. Never a secret: the bridge adds those outside the engine. */
  env: Record<string, string>;
  /** Aborting settles the run as `cancelled` and leaves nothing running. */
  signal: AbortSignal;
  /** Wall-clock limit of the program, in milliseconds; start-up of the engine has its own. */
  timeoutMs: number;
  /** What is passed to `onOutput` at most, both streams together, in bytes of UTF-8. */
  outputLimitBytes: number;
  /** The engine is not ready yet, and this is what it is doing. */
  onProgress?: (progress: BootProgress) => void;
  /** The engine is ready and the program begins. */
  onStart?: () => void;
  onOutput: (chunk: OutputChunk) => void;
  onRequest: RequestBridge;
  terminal?: Terminal;
  /** The program answers HTTP at this address, or no longer does. Only engines with ports call it. */
  onServer?: (url: string | null) => void;
}

/** An error of the program, at a place in the sample where one is known. Lines and columns count from 1. */
export interface SampleError {
  message: string;
  file?: string;
  line?: number;
  column?: number;
}

/** The sample ran. Its own mistakes are a result, never an exception. */
export interface RunResult {
  status: 'succeeded' | 'failed' | 'cancelled' | 'timed_out';
  /** As a process would leave it; null when the run was ended from outside. */
  exitCode: number | null;
  durationMs: number;
  /** What the program printed beyond the limit; these bytes were never shown. */
  droppedBytes: number;
  error?: SampleError;
}

/**
 * A place where samples run. `prepare` and `run` always settle: each ends by the signal at the latest.
 * Both reject with EngineUnavailableError, and only with it, when the engine itself cannot work here.
 */
export interface SandboxEngine {
  readonly name: string;
  /** How long `prepare` may take before the next engine is tried, in milliseconds. */
  readonly bootDeadlineMs: number;
  supports(sample: Pick<Sample, 'language'>): boolean;
  /** Gets the engine ready; calling it again, or not at all, is fine. */
  prepare(signal: AbortSignal, onProgress?: (progress: BootProgress) => void): Promise<void>;
  run(sample: Sample, options: RunOptions): Promise<RunResult>;
}

/** The engine could not run anything; the caller may try the next one. The message is fit for a reader. */
export class EngineUnavailableError extends Error {
  override name = 'EngineUnavailableError';
}
