import type { BridgeResponse, SampleError } from '../../engine.ts';
import type { RunMessage, WorkerMessage } from '../protocol.ts';
import { createBuiltins, publishBuiltins, randomUuid } from './builtins.ts';
import { createConsole } from './console.ts';
import { countBodyReads, createFetch } from './fetch.ts';
import { replaceGlobals } from './globals.ts';
import { inspect } from './inspect.ts';
import { type Linked, linkFiles } from './link.ts';
import { createLiveness } from './liveness.ts';
import { createOutput } from './output.ts';
import { createProcess, EXIT } from './process.ts';
import { SampleFault } from './source-file.ts';
import { mapMessage, mapStack } from './stack.ts';
import { locateMissingExport, locateSyntaxError } from './syntax-error.ts';
import { createTimers } from './timers.ts';

/** How long nothing may be under way before the program counts as ended, in milliseconds. */
const QUIET_MS = 5;
/** A top-level `await` that nothing will ever answer: Node ends with 13. */
const STUCK_MS = 1_000;
const EXIT_STUCK = 13;

export interface Program {
  answered(id: number, response: BridgeResponse): void;
  refused(id: number, message: string): void;
}

/** Starts the sample in this realm, once. It ends with one `exit` message. */
export function startProgram(message: RunMessage, send: (message: WorkerMessage) => void): Program {
  const { runId, entry, files, env } = message;
  const liveness = createLiveness();
  const output = createOutput((chunks) => send({ type: 'output', runId, chunks }), message.outputLimitBytes);
  const bridge = createFetch(
    {
      send: (id, request) => {
        // What was printed before the request is shown before it.
        output.flush();
        send({ type: 'request', runId, id, request });
      },
      abort: (id) => send({ type: 'abort', runId, id }),
    },
    liveness,
  );
  let linked: Linked | undefined;
  let ended = false;

  const end = (exitCode: number, error?: SampleError) => {
    if (ended) return;
    ended = true;
    output.flush();
    const code = Number.isInteger(exitCode) ? exitCode & 255 : 1;
    send({
      type: 'exit',
      runId,
      exitCode: code,
      droppedBytes: output.droppedBytes,
      ...(error ? { error } : {}),
    });
  };
  const fail = (error: SampleError, text: string) => {
    output.write('stderr', text);
    end(1, error);
  };
  const showError = (error: Error) => {
    const { lines } = mapStack(error.stack ?? '', linked?.fileOf ?? new Map());
    return [headline(error), ...lines].join('\n');
  };
  const crash = (thrown: unknown) => {
    if (ended || thrown === EXIT) return;
    if (thrown instanceof SampleFault) return fail(...describeFault(thrown));
    const top =
      thrown instanceof Error ? mapStack(thrown.stack ?? '', linked?.fileOf ?? new Map()).top : undefined;
    const text = inspect(thrown, showError);
    if (thrown instanceof Error) fail({ message: headline(thrown), ...top }, `${text}\n`);
    else fail({ message: `Uncaught ${text}` }, `Uncaught ${text}\n`);
  };

  const timers = createTimers(liveness);
  const process = createProcess(env, entry, output, end);
  const builtins = publishBuiltins(createBuiltins(files, process, timers, showError));
  countBodyReads(liveness);
  replaceGlobals({
    ...timers,
    process,
    global: globalThis,
    console: createConsole(output, showError),
    fetch: bridge.fetch,
  });
  if (!crypto.randomUUID) Object.defineProperty(crypto, 'randomUUID', { value: randomUuid });

  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    crash(event.error ?? new Error(event.message));
  };
  addEventListener('error', onError);
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    crash(event.reason);
  });

  const run = async () => {
    linked = linkFiles(files, entry, {
      toUrl,
      builtinUrl: (name) => {
        const code = builtins(name);
        return code && toUrl(code);
      },
    });
    const evaluation = importEntry(linked);
    const stuck = liveness.idle(STUCK_MS).then(() => 'stuck');
    if ((await Promise.race([evaluation, stuck])) === 'stuck') {
      output.write(
        'stderr',
        'Warning: a top-level await never settled, and nothing is left that could settle it.\n',
      );
      return end(EXIT_STUCK);
    }
    await liveness.idle(QUIET_MS);
    end(process.exitCode ?? 0);
  };
  run().catch(async (error: unknown) => {
    if (!(error instanceof CompileError) || !linked) return crash(error);
    // Looking for the place means compiling again, and those errors are not the program's.
    removeEventListener('error', onError);
    crash(await explainCompileError(error, linked));
  });
  return { answered: bridge.answered, refused: bridge.refused };
}

const toUrl = (code: string) => URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));

async function importEntry({ entryUrl, fileOf }: Linked): Promise<void> {
  try {
    await import(/* @vite-ignore */ entryUrl);
  } catch (error) {
    // An error that was thrown by running code knows its place; one from compiling does not.
    const isCompileError = error instanceof SyntaxError && !mapStack(error.stack ?? '', fileOf).top;
    throw isCompileError ? new CompileError(error.message) : error;
  }
}

/** The browser refused a module before anything of the sample ran. */
class CompileError extends Error {}

async function explainCompileError(
  { message }: CompileError,
  { fileOf, sources }: Linked,
): Promise<SampleFault> {
  const mapped = mapMessage(message, fileOf);
  const found = locateMissingExport(mapped, sources.values()) ?? (await locateSyntaxError(sources.values()));
  return new SampleFault(found?.message ?? `SyntaxError: ${mapped}`, found ?? {});
}

function headline(error: Error): string {
  return `${error.name}: ${error.message}`;
}

function describeFault({ message, place }: SampleFault): [error: SampleError, text: string] {
  const where = place.file ? `${place.file}${place.line ? `:${place.line}` : ''}: ` : '';
  return [{ message, ...place }, `${where}${message}\n`];
}
