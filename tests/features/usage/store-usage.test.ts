import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeDevelopers } from '../../../src/features/claims/merge-developers.ts';
import { recountOutdated } from '../../../src/features/milestones/keep-judging.ts';
import { findState } from '../../../src/features/milestones/state-store.ts';
import { createUsageStore, type Outcome } from '../../../src/features/usage/store-usage.ts';
import type { PendingCall } from '../../../src/features/usage/usage-event.ts';
import { insertDevelopers, pendingCall } from '../../support/calls.ts';
import { type DatabaseName, onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal } from '../../support/portal.ts';

const DAY = 24 * HOUR;
/** So many that Postgres is given them another way than a few. */
const MANY = 200;
const reported = (id: string, change: Partial<PendingCall> = {}) =>
  pendingCall({ id, source: 'root_1', fingerprint: 7, ...change });

async function start(database: DatabaseName, env: Record<string, string> = {}) {
  const { portal, clock } = await startPortal(database, { env });
  await insertDevelopers(portal.ctx, ['ada', 'eve']);
  const store = createUsageStore(portal.ctx, portal.definition);
  return {
    portal,
    clock,
    outcomes: async (...calls: PendingCall[]): Promise<Outcome[]> => (await store(calls)).outcomes,
    count: async (name = 'ada') => (await findState(portal.ctx.db, `dev_${name}`))?.calls ?? 0,
    rows: () => portal.ctx.db.selectFrom('usage_event').select(['developer_id', 'id']).execute(),
  };
}

onEachDatabase('a stored batch', (database) => {
  test('counts a reported call once, within a batch and across days, and tells a repeat from another call', async () => {
    const { outcomes, count, rows } = await start(database);
    expect(
      await outcomes(reported('a'), reported('a'), reported('b'), reported('a', { fingerprint: 8 })),
    ).toEqual(['accepted', 'duplicate', 'accepted', 'id_reused']);
    const later = { receivedAt: NOON + 3 * DAY };
    expect(await outcomes(reported('a', later), reported('b', { ...later, fingerprint: 9 }))).toEqual([
      'duplicate',
      'id_reused',
    ]);
    expect([await count(), (await rows()).length]).toEqual([2, 2]);
  });

  test('takes the same id for calls of two developers, who know nothing of each other', async () => {
    const { outcomes, count } = await start(database);
    expect(await outcomes(reported('a'), reported('a', { credentialId: 'cred_eve' }))).toEqual([
      'accepted',
      'accepted',
    ]);
    expect([await count('ada'), await count('eve')]).toEqual([1, 1]);
  });

  test('stores the good ones beside calls with unknown keys and calls that are too old', async () => {
    const { outcomes, count } = await start(database, { RETENTION_DAYS_USAGE: '30' });
    const calls = [
      reported('a', { credentialId: 'cred_nobody' }),
      reported('b', { receivedAt: NOON - 31 * DAY }),
      reported('c', { receivedAt: NOON - 29 * DAY }),
      reported('d'),
    ];
    expect(await outcomes(...calls)).toEqual(['unknown_key', 'too_old', 'accepted', 'accepted']);
    expect(await count()).toBe(2);
    // Once there is such a key, the very same call can be reported again.
    expect(await outcomes(reported('a'))).toEqual(['accepted']);
  });

  test('of the gateway that may have been stored already is stored once', async () => {
    const { outcomes, count } = await start(database);
    const calls = [pendingCall({ id: 'a' }), pendingCall({ id: 'b' })];
    expect(await outcomes(...calls)).toEqual(['accepted', 'accepted']);
    expect(await outcomes(...calls, pendingCall({ id: 'c' }))).toEqual([
      'duplicate',
      'duplicate',
      'accepted',
    ]);
    expect(await count()).toBe(3);
  });

  test('with keys of two developers who become one counts a call once that was reported with both', async () => {
    const { portal, outcomes, count, rows } = await start(database);
    await outcomes(
      reported('a'),
      reported('a', { credentialId: 'cred_eve' }),
      reported('b', { credentialId: 'cred_eve' }),
    );
    const { ctx, definition } = portal;
    await ctx.db
      .transaction()
      .execute((tx) => mergeDevelopers(tx, NOON, { from: 'dev_eve', into: 'dev_ada' }));
    await recountOutdated({ ctx, definition, touch: () => {} });
    expect([await count(), (await rows()).map(({ id }) => id).sort()]).toEqual([2, ['a', 'b']]);
    expect(await outcomes(reported('a', { credentialId: 'cred_eve' }), reported('b'))).toEqual([
      'duplicate',
      'duplicate',
    ]);
  });

  test('of many calls at once counts each once, whether they are all new or some are not', async () => {
    const { outcomes, count, rows } = await start(database);
    const many = (from: number) => Array.from({ length: MANY }, (_, n) => reported(`e${from + n}`));
    expect(await outcomes(...many(0))).toEqual(many(0).map(() => 'accepted'));
    const half = MANY / 2;
    expect(await outcomes(...many(half), reported(`e${MANY}`))).toEqual([
      ...many(0).map((_, n) => (n < half ? 'duplicate' : 'accepted')),
      'duplicate',
    ]);
    expect(await outcomes(...many(2 * MANY), pendingCall({ id: 'own' }))).not.toContain('duplicate');
    expect([await count(), (await rows()).length]).toEqual([2.5 * MANY + 1, 2.5 * MANY + 1]);
  });

  test('keeps characters that a database cannot, or that mean something to it', async () => {
    const { outcomes, portal } = await start(database);
    const odd = [
      `'; drop table usage_event --`,
      'emoji 🙂',
      '{"json":[1]}',
      'back\\slash',
      'a\nb',
      '\\N',
      '\\.',
    ];
    const strange = fc.string({ unit: fc.constantFrom(...'\\N.tnrx0 \t\n\r\b,"\'é🙂') });
    const routes = [...odd, ...fc.sample(strange, { numRuns: MANY, seed: 7 })];
    for (const some of [odd, routes]) {
      const calls = some.map((route, n) =>
        reported(`${some.length}-${1_000 + n}`, { route, errorCode: route }),
      );
      expect(await outcomes(...calls)).toEqual(some.map(() => 'accepted'));
      const kept = await portal.ctx.db
        .selectFrom('usage_event')
        .select(['route', 'error_code', 'request_id'])
        .where('id', 'like', `${some.length}-%`)
        .orderBy('id')
        .execute();
      expect(kept).toEqual(some.map((route) => ({ route, error_code: route, request_id: null })));
    }
  });
});
