import { expect, inject, onTestFinished, test } from 'vitest';
import { newDatabase, onEachDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startMember } from '../support/member-process.ts';
import { startPostgres } from '../support/postgres-server.ts';
import { countStored, prepareGround } from '../support/usage-ground.ts';
import { createSenders, type Senders } from '../support/usage-senders.ts';
import { size, TIMEOUT_MS } from './size.ts';

const PORTAL_KILLS = size('PORTAL_KILLS', { full: 300, short: 4 });
const POSTGRES_KILLS = size('POSTGRES_KILLS', { full: 100, short: 2 });
const READY_MS = 5_000;
/** Reports that are acknowledged between one kill and the next. */
const MOST_BETWEEN = 150;

/** Between two looks, so that looking does not take the processor from what is looked at. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 2));

/** Until some more reports are acknowledged, another number each time, so that every moment is hit. */
async function underLoad({ counts }: Senders, n: number): Promise<void> {
  const until = counts.latencies.length + ((n * 37) % MOST_BETWEEN) + 1;
  while (counts.latencies.length < until) await aMoment();
}

function sayRange(values: number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN).toFixed(0);
  return `median ${at(0.5)}, p99 ${at(0.99)}, slowest ${at(1)}`;
}

/** Whatever was acknowledged is there, once, and counted once by each who counts. */
async function expectExactly(acknowledged: number, env: Record<string, string>): Promise<void> {
  expect(await countStored(env)).toEqual({
    events: acknowledged,
    distinctIds: acknowledged,
    inDays: acknowledged,
    inStates: acknowledged,
  });
}

onEachDatabase('a portal that is killed under load', (database) => {
  test(
    `loses nothing and doubles nothing, ${PORTAL_KILLS} times, and is ready again within 5 s`,
    async () => {
      const data = await newDatabase(database);
      onTestFinished(() => data.drop());
      const ground = await prepareGround(data.env, { developers: 50, rootKeys: 2 });
      const portal = await startMember(await freePort(), data.env);
      onTestFinished(() => portal.kill());
      const senders = createSenders({ ...ground, url: portal.url, senders: 10, batch: 100 });
      senders.start();
      const starts: number[] = [];
      for (let n = 0; n < PORTAL_KILLS; n += 1) {
        await underLoad(senders, n);
        await portal.kill();
        starts.push(await portal.start());
      }
      await senders.stop();
      await portal.kill();
      await expectExactly(senders.counts.acknowledged, data.env);
      const { acknowledged, duplicates, repeated } = senders.counts;
      console.log({
        database,
        kills: PORTAL_KILLS,
        acknowledged,
        duplicates,
        repeated,
        startMs: sayRange(starts),
      });
      expect(repeated).toBeGreaterThan(0);
      expect(Math.max(...starts)).toBeLessThan(READY_MS);
    },
    TIMEOUT_MS,
  );
});

test.skipIf(inject('postgresUrl') === null)(
  `Postgres that is killed under load costs nothing, ${POSTGRES_KILLS} times, and 5 s later all is well again`,
  async () => {
    const postgres = await startPostgres({ durable: true });
    if (!postgres) throw new Error('There are no Postgres binaries.');
    onTestFinished(() => postgres.stop());
    const data = await newDatabase('SQLite');
    onTestFinished(() => data.drop());
    const env = { ...data.env, DATABASE_URL: postgres.url };
    const ground = await prepareGround(env, { developers: 50, rootKeys: 2 });
    const portal = await startMember(await freePort(), env);
    onTestFinished(() => portal.kill());
    // What comes in while it is down has to go out while it is up, or the spool is full one day and takes no more.
    const senders = createSenders({ ...ground, url: portal.url, senders: 10, batch: 100, perSecond: 50 });
    senders.start();
    const waits: number[] = [];
    for (let n = 0; n < POSTGRES_KILLS; n += 1) {
      await underLoad(senders, n);
      await postgres.kill();
      // Nobody has to wait for it to come back.
      await underLoad(senders, n);
      await postgres.restart();
      const startedAt = performance.now();
      while ((await portal.report()).status !== 'ready') await aMoment();
      waits.push(performance.now() - startedAt);
    }
    await senders.stop();
    await portal.kill();
    await expectExactly(senders.counts.acknowledged, env);
    const { acknowledged, spooled, duplicates, repeated } = senders.counts;
    console.log({
      kills: POSTGRES_KILLS,
      acknowledged,
      spooled,
      duplicates,
      repeated,
      readyMs: sayRange(waits),
    });
    expect(spooled).toBeGreaterThan(0);
    expect(Math.max(...waits)).toBeLessThan(READY_MS);
  },
  TIMEOUT_MS,
);
