import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { createProbe, judge } from '../../../src/features/operations/readiness.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { openLink } from '../../support/cuttable-link.ts';
import { newDatabase } from '../../support/database.ts';

const USAGE = { waiting: 0, dropped: 0, spooled: 0, failing: false, full: false };
const WELL = { stopping: false, database: 'ok', usage: USAGE } as const;

test.each([
  ['all is well', WELL, 'ready'],
  ['the database is away', { ...WELL, database: 'unreachable' }, 'degraded'],
  ['the database is slow', { ...WELL, database: 'slow' }, 'degraded'],
  ['the database can be read and not written', { ...WELL, usage: { ...USAGE, failing: true } }, 'degraded'],
  ['there is no room left', { ...WELL, usage: { ...USAGE, failing: true, full: true } }, 'unavailable'],
  ['the portal stops, whatever else', { ...WELL, stopping: true }, 'stopping'],
] as const)('when %s, a portal is %s', (_, facts, status) => {
  expect(judge(facts)).toBe(status);
});

test('of many who ask one asks the database, and nobody waits for one that does not answer', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const answer = Promise.withResolvers<void>();
  let asked = 0;
  const probe = createProbe(() => {
    asked += 1;
    return answer.promise;
  }, 1_000);
  const states = Promise.all([probe(), probe(), probe()]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect([await states, asked]).toEqual([['slow', 'slow', 'slow'], 1]);
  answer.resolve();
  expect(await probe()).toBe('ok');
  expect(asked).toBe(1);
});

test.skipIf(inject('postgresUrl') === null)(
  'a portal notices that its database is out of reach, or silent, and that it is back',
  async () => {
    const data = await newDatabase('Postgres');
    onTestFinished(() => data.drop());
    const link = await openLink(data.env.DATABASE_URL ?? '');
    onTestFinished(() => link.close());
    const config = parseConfig({ LOG_LEVEL: 'silent', ...data.env, DATABASE_URL: link.url });
    const portal = await openPortal({ config, log: createLog('silent') });
    onTestFinished(() => portal.close());
    const databaseState = async () => (await portal.readiness.report()).database;

    expect(await databaseState()).toBe('ok');
    link.cut();
    expect(await databaseState()).toBe('unreachable');
    link.mend();
    await vi.waitFor(async () => expect(await databaseState()).toBe('ok'));
    link.freeze();
    expect(await databaseState()).toBe('slow');
    link.mend();
  },
);

test.skipIf(inject('postgresUrl') === null)(
  'metrics without a database are told all the same, but for what only the database knows',
  async () => {
    const data = await newDatabase('Postgres');
    onTestFinished(() => data.drop());
    const link = await openLink(data.env.DATABASE_URL ?? '');
    onTestFinished(() => link.close());
    const config = parseConfig({ LOG_LEVEL: 'silent', ...data.env, DATABASE_URL: link.url });
    const portal = await openPortal({ config, log: createLog('silent') });
    onTestFinished(() => portal.close());

    expect(await portal.metrics.expose()).toMatch(/^firstcall_mail_waiting 0$/m);
    link.cut();
    const text = await portal.metrics.expose();
    expect(text).toMatch(/^firstcall_database_up 0$/m);
    expect(text).not.toMatch(/^firstcall_mail_waiting /m);
    link.mend();
  },
);
