import { expect, onTestFinished, test } from 'vitest';
import { enter } from '../../../src/features/claims/enter.ts';
import { deleteDeveloper } from '../../../src/features/privacy/delete-developer.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { startPortal, type TestPortal } from '../../support/portal.ts';
import { everyRow } from '../../support/snapshot.ts';
import { gaveRole, somebodyWithEverything } from './everything.ts';

/** Tables in which nothing is about a person. */
const OF_NOBODY = [
  'audit_snapshot',
  'definition',
  // Empty once the rows that depend on others are made.
  'journey_due',
  'kysely_migration',
  'kysely_migration_lock',
  'language_wish',
  'one_time_link',
  'setting',
  'spent_challenge',
];

async function mentions({ portal }: TestPortal, marks: string[]): Promise<string[]> {
  const rows = Object.entries(await everyRow(portal.ctx));
  return rows
    .filter(([, texts]) => texts.some((text) => marks.some((mark) => text.includes(mark))))
    .map(([table]) => table);
}

const callOf = (credentialId: string, n: number) =>
  pendingCall({ id: `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`, credentialId });

onEachDatabase('somebody who deletes themselves', (database) => {
  test('is gone from every table there is, and nobody else is', async () => {
    const at = await startPortal(database);
    const ada = await somebodyWithEverything(at, 'ada-lovelace');
    const bob = await somebodyWithEverything(at, 'bob-noyce');
    await gaveRole(at, ada, bob);
    const tables = Object.keys(await everyRow(at.portal.ctx));
    expect(await mentions(at, ada.marks)).toEqual(tables.filter((table) => !OF_NOBODY.includes(table)));
    const ofBob = async () =>
      Object.values(await everyRow(at.portal.ctx))
        .flat()
        .filter((row) => bob.marks.some((mark) => row.includes(mark)) && !row.includes('role.changed'));
    const before = await ofBob();

    await deleteDeveloper(at.portal, ada.id);
    expect(await mentions(at, ada.marks)).toEqual([]);
    expect(await ofBob()).toEqual(before);
    const given = await at.portal.ctx.db
      .selectFrom('audit')
      .select(['developer_id', 'actor_id', 'target', 'detail'])
      .where('action', '=', 'role.changed')
      .execute();
    expect(given).toEqual([{ developer_id: bob.id, actor_id: 'deleted', target: 'deleted', detail: '{}' }]);

    for (const secret of ada.secrets) {
      const refused = await at.call('/v1/me', { key: secret });
      expect(await refused.json()).toMatchObject({ status: 401, code: 'unknown_key' });
    }
    expect((await at.call('/api/progress', { cookie: ada.cookie })).status).toBe(401);
    expect((await at.call('/v1/me', { key: bob.secrets[0] ?? '' })).status).toBe(200);
    const again = await enter(
      at.portal,
      { issuer: 'https://id.example', subject: 'ada-lovelace-4711', label: 'Ada' },
      { cookies: ada.cookie, client: null },
    );
    expect(again.outcome).toBe('created');
  });

  test('does not come back with calls that were on their way', async () => {
    const at = await startPortal(database, { env: { KEYS_PER_HOUR: '1000' } });
    const { usage, ctx } = at.portal;
    const people = await Promise.all(Array.from({ length: 20 }, () => at.issueKey('own_machine')));
    let n = 0;
    const calling = people.map(async ({ credential }) => {
      for (let call = 0; call < 20; call += 1) {
        usage.record(callOf(credential.id, ++n));
        if (call % 5 === 0) await usage.flushed();
      }
    });
    const deleting = people.map(({ developer_id }) => deleteDeveloper(at.portal, developer_id));
    await Promise.all([...calling, ...deleting]);
    for (const { credential } of people) usage.record(callOf(credential.id, ++n));
    await usage.flushed();
    for (const table of [
      'usage_event',
      'developer_state',
      'call_day',
      'milestone',
      'credential',
      'developer',
      'session',
    ] as const) {
      expect([table, await ctx.db.selectFrom(table).selectAll().execute()]).toEqual([table, []]);
    }
    expect(usage.backlog()).toMatchObject({ waiting: 0, failing: false });
  });

  test('is nobody while somebody else claims what they began, however close the race', async () => {
    const at = await startPortal(database);
    const begun = await Promise.all(Array.from({ length: 10 }, () => at.issueKey('own_machine')));
    await Promise.all(
      begun.flatMap(({ cookie, developer_id }, n) => [
        enter(
          at.portal,
          { issuer: 'https://id.example', subject: String(n), label: 'Bob' },
          { cookies: cookie, client: null },
        ),
        deleteDeveloper(at.portal, developer_id),
      ]),
    );
    const { db } = at.portal.ctx;
    const developers = new Set((await db.selectFrom('developer').select('id').execute()).map(({ id }) => id));
    const identities = await db.selectFrom('identity').selectAll().execute();
    expect(identities.filter((identity) => !developers.has(identity.developer_id))).toEqual([]);
  });

  test('twice is gone once', async () => {
    const at = await startPortal(database);
    const { developer_id } = await at.issueKey('own_machine');
    await Promise.all(Array.from({ length: 5 }, () => deleteDeveloper(at.portal, developer_id)));
    expect(await mentions(at, [developer_id])).toEqual([]);
  });

  test.runIf(database === 'Postgres')('has no keys in any process, a second later', async () => {
    const at = await startPortal(database);
    const { config } = at.portal.ctx;
    const other = await openPortal({ config, log: createLog('silent'), now: () => at.clock.now });
    onTestFinished(() => other.close());
    const { secret, developer_id } = await at.issueKey('own_machine');
    expect(await other.verifier.verify(secret)).toMatchObject({ valid: true });
    await deleteDeveloper(at.portal, developer_id);
    await expect
      .poll(async () => other.verifier.verify(secret), { timeout: 1_000, interval: 20 })
      .toEqual({ valid: false, code: 'unknown_key' });
  });
});
