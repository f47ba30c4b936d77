import { expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { listKeys } from '../../src/features/credentials/list-keys.ts';
import { revealKey } from '../../src/features/credentials/reveal-key.ts';
import { revokeCredential } from '../../src/features/credentials/revoke-credential.ts';
import { rollKey } from '../../src/features/credentials/roll-key.ts';
import { deleteSessionOf, listSessions } from '../../src/features/developers/session-store.ts';
import { removeWay } from '../../src/features/sign-in/ways.ts';
import { signedIn } from '../support/callers.ts';
import { onEachDatabase } from '../support/database.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';
import { everyRow } from '../support/snapshot.ts';

/** ID_SWAPS=100000 is the long run. */
const SWAPS = Number(process.env.ID_SWAPS ?? 2_000);
const PEOPLE = 12;

interface Somebody {
  id: string;
  email: string;
  keys: string[];
  sessions: string[];
}

async function populate(at: TestPortal): Promise<Somebody[]> {
  const people: Somebody[] = [];
  for (let n = 0; n < PEOPLE; n += 1) {
    const { cookie } = await at.issueKey('own_machine');
    await at.issueKey('own_machine', cookie);
    const email = `p${n}@example.com`;
    const { developerId } = await signedIn(at, email, cookie);
    await signedIn(at, email);
    people.push({
      id: developerId,
      email,
      keys: (await listKeys(at.portal.ctx, developerId)).keys.map((key) => key.id),
      sessions: (await listSessions(at.portal.ctx.db, developerId)).map((session) => session.id),
    });
  }
  return people;
}

/** What one person may try with the name of something that is another's; true when it did anything. */
const TRIES: Record<string, (at: TestPortal, me: string, other: Somebody, n: number) => Promise<boolean>> = {
  'shows the key again': ({ portal }, developerId, { keys }, n) =>
    worked(revealKey(portal.ctx, { developerId, id: pick(keys, n) })),
  'rolls the key': ({ portal }, developerId, { keys }, n) =>
    worked(rollKey(portal.ctx, portal.verifier, { developerId, id: pick(keys, n), overlap: 'now' })),
  'revokes the key': ({ portal }, developerId, { keys }, n) =>
    revokeCredential(portal.ctx, portal.verifier, { developerId, id: pick(keys, n) }),
  'ends the session': ({ portal }, developerId, { sessions }, n) =>
    deleteSessionOf(portal.ctx.db, developerId, pick(sessions, n)),
  'takes away the way to sign in': async ({ portal }, developerId, { email }) =>
    (await removeWay(portal.ctx, { developerId, sessionId: 'none', issuer: 'email', subject: email })) !==
    null,
};

async function worked(attempt: Promise<unknown>): Promise<boolean> {
  try {
    await attempt;
    return true;
  } catch (error) {
    if (error instanceof AppError && error.status === 404) return false;
    throw error;
  }
}

function pick<T>(list: T[], n: number): T {
  const found = list[n % list.length];
  if (found === undefined) throw new Error('there is nothing to pick from');
  return found;
}

/** The same swaps in every run: a multiplicative congruential generator (Park and Miller). */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

onEachDatabase('names of things that are another’s', (database) => {
  test(`do nothing in ${SWAPS} random swaps`, { timeout: 600_000 }, async () => {
    const at = await startPortal(database, { env: { KEYS_PER_HOUR: '1000' } });
    const people = await populate(at);
    const before = await everyRow(at.portal.ctx);
    const random = createRandom(20_261_122);
    const names = Object.keys(TRIES);
    for (let n = 0; n < SWAPS; n += 1) {
      const me = pick(people, random(PEOPLE));
      const other = pick(people, people.indexOf(me) + 1 + random(PEOPLE - 1));
      const name = pick(names, random(names.length));
      const did = await TRIES[name]?.(at, me.id, other, random(1_000));
      if (did) expect.fail(`${me.email} ${name} of ${other.email}`);
    }
    expect(await everyRow(at.portal.ctx)).toEqual(before);
  });

  test('work for whose they are, each of them', async () => {
    const at = await startPortal(database, { env: { KEYS_PER_HOUR: '1000' } });
    const [me] = await populate(at);
    if (!me) throw new Error('nobody is there');
    for (const name of ['shows the key again', 'rolls the key', 'revokes the key', 'ends the session']) {
      expect([name, await TRIES[name]?.(at, me.id, me, 0)]).toEqual([name, true]);
    }
  });
});
