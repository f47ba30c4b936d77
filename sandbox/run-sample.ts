import { checkFiles } from './check-files.ts';
import {
  EngineUnavailableError,
  type RunOptions,
  type RunResult,
  type Sample,
  type SandboxEngine,
} from './engine.ts';

/** A run together with the engine that did it and why the ones before it did not. */
export interface EngineRun {
  result: RunResult;
  engine: string;
  unavailable: { engine: string; reason: string }[];
}

const CANCELLED: RunResult = { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };

/**
 * Runs a sample on the first engine that can. Each engine has its own deadline to get ready; one that misses it, or
 * finds out later that it cannot work here, leaves the sample to the next.
 * Rejects with EngineUnavailableError when none is left.
 */
export async function runSample(
  engines: SandboxEngine[],
  sample: Sample,
  options: RunOptions,
): Promise<EngineRun> {
  const unavailable: EngineRun['unavailable'] = [];
  const error = checkFiles(sample);
  if (error) return { result: { ...CANCELLED, status: 'failed', error }, engine: 'none', unavailable };
  for (const engine of engines.filter((candidate) => candidate.supports(sample))) {
    if (options.signal.aborted) return { result: CANCELLED, engine: engine.name, unavailable };
    try {
      await prepareInTime(engine, options);
      return { result: await engine.run(sample, options), engine: engine.name, unavailable };
    } catch (error) {
      if (options.signal.aborted) return { result: CANCELLED, engine: engine.name, unavailable };
      if (!(error instanceof EngineUnavailableError)) throw error;
      unavailable.push({ engine: engine.name, reason: error.message });
    }
  }
  const reasons = unavailable.map(({ engine, reason }) => `${engine}: ${reason}`).join(' ');
  throw new EngineUnavailableError(reasons || `No engine of this sandbox runs ${sample.language}.`);
}

/** Settles at the deadline even when the engine's own promise never does. */
async function prepareInTime(engine: SandboxEngine, { signal, onProgress }: RunOptions): Promise<void> {
  const attempt = new AbortController();
  const late = Promise.withResolvers<never>();
  const giveUp = (reason: string) => {
    attempt.abort();
    late.reject(new EngineUnavailableError(reason));
  };
  const timer = setTimeout(
    () => giveUp(`It was not ready within ${engine.bootDeadlineMs / 1000} s.`),
    engine.bootDeadlineMs,
  );
  const cancel = () => giveUp('Cancelled.');
  signal.addEventListener('abort', cancel, { once: true });
  try {
    await Promise.race([engine.prepare(attempt.signal, onProgress), late.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    late.promise.catch(() => {});
  }
}
