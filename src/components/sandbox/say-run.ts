import type { RunResult } from '../../../sandbox/engine.ts';

/** Times as people say them: 9 ms, 0.42 s, 12 s. */
export function sayDuration(ms: number): string {
  if (ms < 100) return `${Math.max(1, Math.round(ms))} ms`;
  return ms < 10_000 ? `${(ms / 1000).toFixed(2)} s` : `${Math.round(ms / 1000)} s`;
}

/** Bytes as people say them: 812 bytes, 99.9 MB. */
export function saySize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** The last line of a run. */
export function sayResult(
  result: Pick<RunResult, 'status' | 'exitCode' | 'durationMs' | 'droppedBytes'>,
  { timeoutMs }: { timeoutMs: number },
): { text: string; tone: 'ok' | 'fail' | 'wait' } {
  const time = sayDuration(result.durationMs);
  const cut = result.droppedBytes > 0 ? ` ${saySize(result.droppedBytes)} of output were not shown.` : '';
  if (result.status === 'cancelled') return { text: `Stopped after ${time}.${cut}`, tone: 'wait' };
  if (result.status === 'timed_out') {
    const limit = sayDuration(timeoutMs);
    return { text: `Stopped: it was still running after ${limit}, the limit here.${cut}`, tone: 'wait' };
  }
  const code = result.exitCode === null ? 'Ended' : `Exit code ${result.exitCode}`;
  return { text: `${code} after ${time}.${cut}`, tone: result.status === 'succeeded' ? 'ok' : 'fail' };
}
