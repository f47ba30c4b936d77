import { randomUUID } from 'node:crypto';
import type { Context, Db } from '../../context.ts';
import { type Journey, type JourneyFacts, makeJourney } from './journey.ts';
import {
  deleteJourneys,
  findLast,
  lockJourneys,
  putJourneys,
  readFacts,
  readJourneys,
  renameJourney,
  takeDue,
} from './journey-store.ts';

const AT_ONCE = 1_000;

/** Makes the rows anew of all of whom something changed. O(changed). Safe in several processes at once. */
export async function refreshJourneys(ctx: Pick<Context, 'db' | 'now'>): Promise<void> {
  let taken = AT_ONCE;
  while (taken === AT_ONCE) {
    taken = await ctx.db.transaction().execute(async (tx) => {
      await lockJourneys(tx);
      const due = await takeDue(tx, AT_ONCE);
      if (due.length > 0) await makeAnew(tx, due, ctx.now());
      return due.length;
    });
  }
}

async function makeAnew(tx: Db, ids: readonly string[], now: number): Promise<void> {
  const facts = new Map((await readFacts(tx, ids)).map((one) => [one.id, one]));
  const known = new Map((await readJourneys(tx, ids)).map((one) => [one.developer_id, one]));
  const last = await findLast(tx);
  const fresh: Journey[] = [];
  for (const id of ids) {
    const before = known.get(id);
    const identity = { place: before?.place ?? last.place + 1, revision: last.revision + 1 };
    const journey = makeOne(facts.get(id), before, identity, now);
    if (!journey || isSame(journey, before)) continue;
    last.revision = journey.revision;
    last.place = Math.max(last.place, journey.place);
    fresh.push(journey);
  }
  const renamed = fresh.filter((journey) => !ids.includes(journey.developer_id));
  if (renamed.length > 0) {
    await deleteJourneys(
      tx,
      ids.filter((id) => known.has(id) && !facts.has(id)),
    );
  }
  await putJourneys(tx, fresh);
}

function makeOne(
  facts: JourneyFacts | undefined,
  before: Journey | undefined,
  identity: Pick<Journey, 'place' | 'revision'>,
  now: number,
): Journey | null {
  if (facts) return makeJourney(facts, identity);
  if (!before) return null;
  const id = before.developer_id.startsWith(GONE) ? before.developer_id : namelessId();
  return { ...before, ...identity, developer_id: id, ended_at: before.ended_at ?? now };
}

const GONE = 'gone_';

const namelessId = () => `${GONE}${randomUUID()}`;

/**
 * Somebody who deletes themselves is nobody from then on: how far they got stays in the figures, and whose it was does
 * not.
 */
export async function forgetJourneys(tx: Db, ids: readonly string[]): Promise<void> {
  for (const id of ids) await renameJourney(tx, id, namelessId());
}

function isSame(journey: Journey, before: Journey | undefined): boolean {
  if (!before) return false;
  return (Object.keys(journey) as (keyof Journey)[]).every(
    (name) => name === 'revision' || journey[name] === before[name],
  );
}
