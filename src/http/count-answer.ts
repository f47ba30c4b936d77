import type { ServerResponse } from 'node:http';
import type { Door, Metrics } from '../features/operations/metrics.ts';
import { codeOf } from './problem.ts';

/** nginx has taught everybody to call it so when the caller went away before the answer was complete. */
const CALLER_LEFT = 499;

/** The status of an answer that is over. */
export function finalStatus(res: ServerResponse): number {
  return res.writableFinished ? res.statusCode : CALLER_LEFT;
}

/** Counts a request once its answer is complete, or its caller has gone. */
export function countAnswer(metrics: Pick<Metrics, 'answered'>, door: Door, res: ServerResponse): void {
  const startedAt = performance.now();
  res.on('close', () => {
    metrics.answered({
      door,
      status: finalStatus(res),
      seconds: (performance.now() - startedAt) / 1_000,
      code: codeOf(res),
      endless: String(res.getHeader('content-type')).startsWith('text/event-stream'),
    });
  });
}
