import type { Context, Db } from '../../context.ts';
import type { CredentialVerifier } from '../credentials/credential-verifier.ts';
import { announceChange } from '../credentials/key-changes.ts';
import { lockDeveloper } from '../developers/developer-store.ts';
import { forgetJourneys } from '../journeys/refresh-journeys.ts';
import type { ObservationFeed } from '../usage/observation-feed.ts';
import type { UsageRecorder } from '../usage/record-usage.ts';
import { whileNobodyRecords } from '../usage/recording-lock.ts';
import { deletePerson, findPerson, forgetName, listKeyHashes } from './person-store.ts';

/** What deleting works with; a running portal is one of these. */
export interface Memories {
  ctx: Context;
  verifier: Pick<CredentialVerifier, 'forget'>;
  usage: Pick<UsageRecorder, 'flushed'>;
  feed: Pick<ObservationFeed, 'touch'>;
}

/**
 * Removes a developer and everything about them, from every table, in one transaction. Their keys are unknown from
 * then on, in every process; a call that is still on its way is answered, and not recorded.
 */
export async function deleteDeveloper(memories: Memories, developerId: string): Promise<void> {
  const { ctx, verifier, usage, feed } = memories;
  await usage.flushed();
  const hashes = await ctx.db.transaction().execute(async (tx) => {
    await whileNobodyRecords(tx);
    return erase(tx, developerId);
  });
  for (const hash of hashes) verifier.forget(hash);
  feed.touch(developerId);
}

/** Returns the hashes of keys that are gone. */
async function erase(tx: Db, developerId: string): Promise<string[]> {
  // Whoever is about to write for this developer has done so before the rows are looked for, or finds nobody.
  await lockDeveloper(tx, developerId);
  const person = await findPerson(tx, developerId);
  const hashes = await listKeyHashes(tx, person);
  await announceChange(tx, hashes);
  await forgetJourneys(tx, person.ids);
  await deletePerson(tx, person);
  await forgetName(tx, person);
  return hashes;
}
