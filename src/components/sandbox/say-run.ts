import type { RunResult } from '../../../sandbox/engine.ts';
import { sayDuration } from '../../duration.ts';

/** Bytes as people say them: 812 bytes, 99.9 MB. */
export function saySize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** A program that took less is not worth a time: beside the one of its call it would only be one more. */
const WORTH_A_TIME_MS = 1_000;

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
  const after = result.durationMs < WORTH_A_TIME_MS ? '' : ` after ${time}`;
  return { text: `${code}${after}.${cut}`, tone: result.status === 'succeeded' ? 'ok' : 'fail' };
}
