import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { migrateTo } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { openSqlite } from '../../src/db/sqlite.ts';
import { recountOutdated } from '../../src/features/milestones/keep-judging.ts';
import { findState } from '../../src/features/milestones/state-store.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';
import { emptyDatabase, onEachDatabase } from '../support/database.ts';
import { HOUR, NOON } from '../support/portal.ts';

onEachDatabase('a portal that was used before calls could be reported', (database) => {
  test('keeps its calls, and knows from them what it would have counted', async () => {
    const data = await emptyDatabase(database);
    onTestFinished(() => data.drop());
    const { DATABASE_URL, DATA_DIR } = data.env;
    const before = DATABASE_URL
      ? openPostgres(DATABASE_URL, () => {})
      : openSqlite(`${DATA_DIR}/firstcall.db`);
    await migrateTo(before, '0004_people');
    await sql`insert into developer (id, created_at, t0) values ('dev_ada', ${NOON}, ${NOON})`.execute(
      before,
    );
    await sql`insert into credential (developer_id, id, environment, origin, hash, hint, created_at)
      values ('dev_ada', 'cred_1', 'live', 'own_machine', 'h', '…', ${NOON})`.execute(before);
    for (const [n, status] of [401, 201, 201].entries()) {
      await sql`insert into usage_event (developer_id, id, credential_id, origin, received_at, method, route, status,
        duration_ms, client) values ('dev_ada', ${`e${n}`}, 'cred_1', 'own_machine', ${NOON + n * 24 * HOUR}, 'GET',
        '/v1/messages', ${status}, 3, null)`.execute(before);
    }
    await before.destroy();

    const config = parseConfig({ ...data.env, LOG_LEVEL: 'silent' });
    const { ctx, definition, close } = await openPortal({
      config,
      log: createLog('silent'),
      now: () => NOON + 72 * HOUR,
    });
    onTestFinished(close);
    const calls = await ctx.db.selectFrom('usage_event').selectAll().orderBy('received_at').execute();
    expect(
      calls.map(({ id, environment, client, occurred_at, received_at }) => [
        id,
        environment,
        client,
        occurred_at - received_at,
      ]),
    ).toEqual([
      ['e0', 'live', 'other', 0],
      ['e1', 'live', 'other', 0],
      ['e2', 'live', 'other', 0],
    ]);
    await recountOutdated({ ctx, definition, touch: () => {} });
    expect(await findState(ctx.db, 'dev_ada')).toMatchObject({
      calls: 3,
      first_attempt_at: NOON,
      first_own_call_at: NOON + 24 * HOUR,
      last_error_at: NOON,
    });
  });
});
