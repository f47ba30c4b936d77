import { sql } from 'kysely';
import { expect, inject, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { DAY_MS } from '../../../src/day.ts';
import { dropDaysBefore, listDays } from '../../../src/db/partitions.ts';
import { createIdSweep, prepareDays, removeOldCalls } from '../../../src/features/usage/keep-days.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { newDatabase, onEachDatabase } from '../../support/database.ts';
import { NOON, startPortal } from '../../support/portal.ts';

const TODAY = Math.floor(NOON / DAY_MS);

onEachDatabase('old calls', (database) => {
  test('go by whole days, and the newer ones stay', async () => {
    const { portal, clock, issueKey, sendMessage } = await startPortal(database);
    const { secret } = await issueKey();
    for (const ago of [3, 2, 1, 0]) {
      clock.now = NOON - ago * DAY_MS;
      await sendMessage(secret);
      await portal.usage.flushed();
    }
    await removeOldCalls(portal.ctx, 2);
    const left = await portal.ctx.db
      .selectFrom('usage_event')
      .select('received_at')
      .orderBy('received_at')
      .execute();
    expect(left.map(({ received_at }) => Math.floor(received_at / DAY_MS))).toEqual([
      TODAY - 2,
      TODAY - 1,
      TODAY,
    ]);
  });

  test('ids of reported calls are kept for 30 days, in however many sweeps', async () => {
    const { portal, clock } = await startPortal(database);
    const { db } = portal.ctx;
    const insert = (from: number, to: number, received_at: number) =>
      db
        .insertInto('usage_id')
        .values(
          Array.from({ length: to - from }, (_, n) => ({
            id: `event-${String(from + n).padStart(6, '0')}`,
            developer_id: 'dev_1',
            fingerprint: 1,
            received_at,
          })),
        )
        .execute();
    for (let n = 0; n < 12_000; n += 1_000) await insert(n, n + 1_000, n % 2_000 === 0 ? NOON : NOON - 1);
    const sweep = createIdSweep(portal.ctx);
    const count = async () => (await db.selectFrom('usage_id').select('id').execute()).length;
    clock.now = NOON + 30 * DAY_MS - 1;
    await sweep();
    expect(await count()).toBe(12_000);
    clock.now += 1;
    await sweep();
    expect(await count()).toBe(6_000);
    clock.now += 1;
    await sweep();
    expect(await count()).toBe(0);
  });
});

const onPostgres = test.skipIf(inject('postgresUrl') === null);

onPostgres('on Postgres the tables of the next days are there before they are needed', async () => {
  const { portal, clock } = await startPortal('Postgres');
  const { db } = portal.ctx;
  expect(await listDays(db)).toEqual([TODAY, TODAY + 1, TODAY + 2]);
  clock.now += DAY_MS;
  await Promise.all(Array.from({ length: 5 }, () => prepareDays(portal.ctx)));
  expect(await listDays(db)).toEqual([TODAY, TODAY + 1, TODAY + 2, TODAY + 3]);
});

onPostgres('a day that somebody reads stays until the next time, and nobody waits for it', async () => {
  const data = await newDatabase('Postgres');
  onTestFinished(() => data.drop());
  const config = parseConfig({ LOG_LEVEL: 'silent', ...data.env });
  const portal = await openPortal({ config, log: createLog('silent'), now: () => NOON });
  onTestFinished(() => portal.close());
  const { db } = portal.ctx;
  await db.transaction().execute(async (reader) => {
    await sql`select count(*) from usage_event`.execute(reader);
    const since = performance.now();
    expect(await dropDaysBefore(db, TODAY + 2)).toEqual([]);
    expect(performance.now() - since).toBeLessThan(2_000);
  });
  // Two processes at once: each day goes once.
  const dropped = await Promise.all([dropDaysBefore(db, TODAY + 2), dropDaysBefore(db, TODAY + 2)]);
  expect(new Set(dropped.flat())).toEqual(new Set([TODAY, TODAY + 1]));
  expect(await listDays(db)).toEqual([TODAY + 2]);
});
