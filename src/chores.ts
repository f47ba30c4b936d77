import type { Logger } from 'pino';
import type { Context } from './context.ts';
import { moveStragglers } from './features/claims/merge-developers.ts';
import type { CredentialVerifier } from './features/credentials/credential-verifier.ts';
import type { Sessions } from './features/developers/sessions.ts';
import { takeSnapshot } from './features/insights/audit-snapshots.ts';
import { type JourneyMemory, KEPT_MS } from './features/journeys/journey-memory.ts';
import { refreshJourneys } from './features/journeys/refresh-journeys.ts';
import type { Outbox } from './features/mail/outbox.ts';
import type { Definition } from './features/milestones/definition.ts';
import { judgeDue, recountOutdated } from './features/milestones/keep-judging.ts';
import { applyRetention } from './features/privacy/retention.ts';
import { sweepLinks } from './features/sign-in/email-link.ts';
import { createIdSweep, prepareDays } from './features/usage/keep-days.ts';
import type { ObservationFeed } from './features/usage/observation-feed.ts';
import type { UsageRecorder } from './features/usage/record-usage.ts';

export interface ChoreParts {
  ctx: Context;
  definition: Definition;
  verifier: CredentialVerifier;
  usage: UsageRecorder;
  feed: ObservationFeed;
  journeys: JourneyMemory;
  visitors: Sessions;
  outbox: Outbox;
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** What a running portal does by itself. One that fails is done again next time. Returns what ends them. */
export function startChores(parts: ChoreParts): () => void {
  const { ctx, definition, verifier, feed, journeys, visitors, outbox } = parts;
  const judging = { ctx, definition, touch: feed.touch };
  const every = (ms: number, complaint: string, chore: () => Promise<void>) =>
    setInterval(() => attempt(ctx.log, complaint, chore), ms).unref();

  const chores = [
    every(HOUR, 'old sessions, links and mails could not be swept', async () => {
      await visitors.sweep();
      await sweepLinks(ctx);
      await outbox.sweep();
    }),
    every(HOUR, 'what is too old could not be removed', () => applyRetention(parts)),
    every(HOUR, 'the tables of the next days could not be made', () => prepareDays(ctx)),
    every(HOUR, 'old ids of reported calls could not be forgotten', createIdSweep(ctx)),
    every(HOUR, 'the last quarter could not be audited', () => takeSnapshot({ ctx, journeys, definition })),
    every(5 * SECOND, 'who is live could not be looked at again', () => judgeDue(judging)),
    every(30 * SECOND, 'developers could not be counted anew', () => recountOutdated(judging)),
    every(5 * SECOND, 'where developers stand could not be brought up to date', () => refreshJourneys(ctx)),
    every(KEPT_MS, 'the figures could not be brought up to date', journeys.keepUp),
    every(15 * SECOND, 'waiting mail could not be sent', () => outbox.sendDue()),
    every(MINUTE, 'late calls of merged developers could not be moved', async () => {
      for (const hash of await moveStragglers(ctx)) verifier.forget(hash);
    }),
  ];
  attempt(ctx.log, 'the figures could not be read', journeys.keepUp);
  return () => {
    for (const chore of chores) clearInterval(chore);
  };
}

function attempt(log: Logger, complaint: string, chore: () => Promise<void>): void {
  chore().catch((error: unknown) => log.warn({ err: error }, complaint));
}
