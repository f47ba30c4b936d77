import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { migrate } from '../../src/db/migrate.ts';
import { connect } from '../../src/db/open.ts';
import { createLog } from '../../src/log.ts';
import { emptyDatabase, newDatabase, onEachDatabase } from '../support/database.ts';

/** A process of its own: threads of one process would wait for each other's file locks for ever. */
const LIST_TABLES = `
  import { parseConfig } from './src/config.ts';
  import { createLog } from './src/log.ts';
  import { openPortal } from './src/portal.ts';
  const { ctx, close } = await openPortal({ config: parseConfig(process.env), log: createLog('silent') });
  const tables = (await ctx.db.introspection.getTables()).map(({ name }) => name);
  // A day of calls is a table on Postgres.
  console.log(tables.filter((name) => !/_20\\d{6}$/.test(name)).sort().join());
  await close();
`;

onEachDatabase('migrations', (database) => {
  test('several portals that start at once on an empty database all find it whole', async () => {
    const data = await emptyDatabase(database);
    onTestFinished(() => data.drop());
    const open = () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '--eval', LIST_TABLES], {
        env: { PATH: process.env.PATH, ...data.env },
      });
    for (const { stdout } of await Promise.all([open(), open(), open(), open()])) {
      expect(stdout.trim()).toBe(
        'audit,audit_snapshot,call_day,ceremony,claim_link,credential,definition,developer,developer_state,identity,journey,journey_due,language_wish,live_spell,mail,milestone,onboarding_event,one_time_link,passkey,password,proxy_milestone,root_key,session,setting,sign_in_link,spent_challenge,start_code,usage_event,usage_id',
      );
    }
  });

  test('a database that a newer portal has used is left alone, with one sentence', async () => {
    const data = await newDatabase(database);
    onTestFinished(() => data.drop());
    const config = parseConfig({ LOG_LEVEL: 'silent', ...data.env });
    const { db } = connect(config, createLog('silent'));
    onTestFinished(() => db.destroy());
    await sql`insert into kysely_migration (name, timestamp) values ('9999_flying_cars', 'now')`.execute(db);
    await expect(migrate(db)).rejects.toThrow(
      /^The database belongs to a newer version .* 9999_flying_cars\. Start that version, or restore/,
    );
  });
});
