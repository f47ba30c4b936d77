import type { Context, Db } from '../../context.ts';
import { DAY_MS, dayOf } from '../../day.ts';
import { ensureDays } from '../../db/partitions.ts';
import { type CredentialUse, noteCredentialUse } from '../credentials/credential-store.ts';
import { UNCLAIMED_USED_MS } from '../credentials/issue-credential.ts';
import { createMilestoneFold } from '../milestones/advance-milestones.ts';
import type { Definition } from '../milestones/definition.ts';
import { whileRecording } from './recording-lock.ts';
import type { PendingCall, UsageEvent } from './usage-event.ts';
import {
  findFingerprints,
  findOwners,
  insertAllNew,
  insertIds,
  insertUsage,
  toEvent,
} from './usage-store.ts';

/** What became of one call. */
export type Outcome =
  | 'accepted'
  /** It is there already; nothing was counted. */
  | 'duplicate'
  /** Another call was reported under this id within the last 30 days. */
  | 'id_reused'
  /** No such credential, or its developer has deleted themselves. */
  | 'unknown_key'
  /** Older than what is kept. */
  | 'too_old';

export interface StoredBatch {
  /** One for each call, in their order. */
  outcomes: Outcome[];
  /** The accepted ones. */
  events: UsageEvent[];
  /** The developers of whom a milestone changed. */
  advanced: Set<string>;
}

/**
 * Stores calls and folds them into what is known of their developers, in one transaction: when it settles they are
 * behind an fsync and counted, exactly once. Rejects with the database's error when nothing of it happened, or
 * when that is not known; then it is to be called again with the same calls.
 */
export type StoreUsage = (calls: readonly PendingCall[]) => Promise<StoredBatch>;

/** Nothing older is taken where calls are kept for good: each day is a table of its own on Postgres. */
const LONGEST_DAYS = 3_650;

export function createUsageStore(ctx: Context, definition: Definition): StoreUsage {
  const fold = createMilestoneFold(definition);
  const days = createDays(ctx);
  const oldestDays = ctx.config.retentionDaysUsage || LONGEST_DAYS;

  return async (calls) => {
    const oldest = (dayOf(ctx.now()) - oldestDays) * DAY_MS;
    await days.ensure(calls, oldest);
    return ctx.db.transaction().execute(async (tx) => {
      await whileRecording(tx);
      const outcomes = new Array<Outcome>(calls.length).fill('accepted');
      const owned = await withOwners(tx, calls, oldest, outcomes);
      const events = await keepNew(tx, owned, outcomes);
      const advanced = await fold.advance(tx, ctx.now(), events);
      // After the states of developers, which are locked in one order: so no two processes wait for each other.
      const uses = usesOf(events);
      if (uses.length > 0) await noteCredentialUse(tx, uses, UNCLAIMED_USED_MS);
      return { outcomes, events, advanced };
    });
  };
}

/** An event and where its call stood. */
interface Placed {
  at: number;
  event: UsageEvent;
}

async function withOwners(
  tx: Db,
  calls: readonly PendingCall[],
  oldest: number,
  outcomes: Outcome[],
): Promise<Placed[]> {
  const owners = await findOwners(tx, [...new Set(calls.map(({ credentialId }) => credentialId))]);
  const placed: Placed[] = [];
  for (const [at, call] of calls.entries()) {
    const owner = owners.get(call.credentialId);
    if (call.receivedAt < oldest) outcomes[at] = 'too_old';
    else if (owner) placed.push({ at, event: toEvent(call, owner) });
    else outcomes[at] = 'unknown_key';
  }
  return placed;
}

/**
 * Stores those that are not there yet. Reported ones are known by the ids their reporters chose, the gateway's by their
 * own, which nobody reports again: they come twice only when it is not known whether they were stored.
 */
async function keepNew(tx: Db, owned: readonly Placed[], outcomes: Outcome[]): Promise<UsageEvent[]> {
  const reported = owned.filter(({ event }) => event.source !== null);
  const reportedEvents = reported.map(({ event }) => event);
  const events = owned.map(({ event }) => event);
  if (await insertAllNew(tx, events, reportedEvents)) return events;
  const isFirst = await insertIds(tx, reportedEvents);
  const repeated = reported.filter((_, at) => !isFirst[at]);
  await explainRepeats(tx, repeated, outcomes);

  const fresh = owned.filter(({ at }) => outcomes[at] === 'accepted');
  const isNew = await insertUsage(
    tx,
    fresh.map(({ event }) => event),
  );
  const kept: UsageEvent[] = [];
  for (const [n, { at, event }] of fresh.entries()) {
    if (isNew[n]) kept.push(event);
    else outcomes[at] = 'duplicate';
  }
  return kept;
}

async function explainRepeats(tx: Db, repeated: readonly Placed[], outcomes: Outcome[]): Promise<void> {
  if (repeated.length === 0) return;
  const known = await findFingerprints(
    tx,
    repeated.map(({ event }) => event),
  );
  for (const { at, event } of repeated) {
    const same = known.get(`${event.id} ${event.developerId}`) === event.fingerprint;
    outcomes[at] = same ? 'duplicate' : 'id_reused';
  }
}

/** The days that Postgres is known to have a table for. */
function createDays(ctx: Context) {
  const known = new Set<number>();
  return {
    async ensure(calls: readonly PendingCall[], oldest: number): Promise<void> {
      const missing = new Set<number>();
      for (const { receivedAt } of calls) {
        const day = dayOf(receivedAt);
        if (receivedAt >= oldest && !known.has(day)) missing.add(day);
      }
      if (missing.size === 0) return;
      await ensureDays(ctx.db, missing);
      for (const day of missing) known.add(day);
    },
  };
}

function usesOf(events: readonly UsageEvent[]): CredentialUse[] {
  const uses = new Map<string, CredentialUse>();
  for (const { developerId, credentialId, receivedAt, admitted } of events) {
    if (!admitted) continue;
    const use = uses.get(credentialId);
    if (!use) uses.set(credentialId, { developerId, credentialId, firstAt: receivedAt, lastAt: receivedAt });
    else {
      use.firstAt = Math.min(use.firstAt, receivedAt);
      use.lastAt = Math.max(use.lastAt, receivedAt);
    }
  }
  return [...uses.values()];
}
