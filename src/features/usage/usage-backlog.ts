import type { Logger } from 'pino';
import { AppError } from '../../errors.ts';
import { createSourceQueue, type WaitingBatch } from './source-queue.ts';
import type { Fate } from './store-apart.ts';
import type { PendingCall } from './usage-event.ts';

export interface ReportedBatch extends WaitingBatch {
  resolve(outcomes: Fate[] | 'spooled'): void;
  reject(error: unknown): void;
}

/** What is stored in one transaction. */
export interface Round {
  /** By the gateway. */
  seen: PendingCall[];
  reported: ReportedBatch[];
  /** All of them, in this order. */
  calls: PendingCall[];
}

/** What waits in memory to be stored, within bounds. */
export interface UsageBacklog {
  see(call: PendingCall): void;
  /** Throws AppError 429 or 503 where there is no room for it. */
  report(batch: ReportedBatch): void;
  take(): Round;
  /** Of a round that is done with: its room is free again. With `putBack` what the gateway saw waits on, first of all. */
  release(round: Round, putBack: boolean): void;
  reported(): number;
  waiting(): number;
  /** Calls of the gateway's that were given up. */
  dropped(): number;
  /** Whether the gateway's next would cost its oldest. */
  full(): boolean;
}

export const ROUND = 10_000;
/** About 100 MB. Beyond it the oldest of the gateway's are given up, and counted. */
const MOST_SEEN = 200_000;
/** 30 to 60 MB. Beyond it nobody may report more. */
const MOST_REPORTED = 60_000;

export function createUsageBacklog(log: Logger): UsageBacklog {
  const queue = createSourceQueue<ReportedBatch>(MOST_REPORTED);
  let seen: PendingCall[] = [];
  let dropped = 0;
  return {
    see(call) {
      if (seen.length >= MOST_SEEN) {
        seen = seen.slice(ROUND);
        dropped += ROUND;
        log.error({ dropped }, 'usage was given up because storage has been failing for too long');
      }
      seen.push(call);
    },
    report(batch) {
      const added = queue.add(batch);
      if (added !== 'taken') throw tooMuchWaiting(added);
    },
    take() {
      const reported = queue.take(seen.length > 0 ? ROUND / 2 : ROUND);
      const own = seen.slice(0, reported.length > 0 ? ROUND / 2 : ROUND);
      seen = seen.slice(own.length);
      return { seen: own, reported, calls: own.concat(...reported.map(({ calls }) => calls)) };
    },
    release(round, putBack) {
      queue.release(round.reported);
      if (putBack) seen = round.seen.concat(seen);
    },
    reported: queue.waiting,
    waiting: () => seen.length + queue.waiting(),
    dropped: () => dropped,
    full: () => seen.length >= MOST_SEEN,
  };
}

function tooMuchWaiting(why: 'share' | 'full'): AppError {
  return why === 'share'
    ? new AppError(
        429,
        'usage_backlog',
        'More of what this root key reported is waiting to be stored than its share. Nothing of this request was taken: send it again after the seconds in Retry-After.',
        { 'Retry-After': '1' },
      )
    : new AppError(
        503,
        'usage_backlog',
        'Too much reported usage is waiting to be stored. Nothing of this request was taken: send it again after the seconds in Retry-After.',
        { 'Retry-After': '2' },
      );
}
