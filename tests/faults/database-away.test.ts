import { expect, inject, onTestFinished, test } from 'vitest';
import { openLink } from '../support/cuttable-link.ts';
import { newDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startMember } from '../support/member-process.ts';
import { countStored, prepareGround } from '../support/usage-ground.ts';
import { createSenders } from '../support/usage-senders.ts';
import { size, TIMEOUT_MS } from './size.ts';

const AWAY_SECONDS = size('AWAY_SECONDS', { full: 600, short: 3 });
const PER_SECOND = size('AWAY_EVENTS_PER_SECOND', { full: 2_000, short: 2_000 });
const SETTLED_REPORTS = size('AWAY_WARM_REPORTS', { full: 600, short: 40 });
const BATCH = 100;
const DRAINED_MS = 5 * 60_000;
const MOST_MORE_BYTES = 100 * 1024 * 1024;

/** Between two looks, so that looking does not take the processor from what is looked at. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 50));

test.skipIf(inject('postgresUrl') === null).each(['cut', 'freeze'] as const)(
  `a database that is away for ${AWAY_SECONDS} s at ${PER_SECOND} events a second costs nothing (%s)`,
  async (how) => {
    const data = await newDatabase('Postgres');
    onTestFinished(() => data.drop());
    const link = await openLink(data.env.DATABASE_URL ?? '');
    onTestFinished(() => link.close());
    const ground = await prepareGround(data.env, { developers: 1_000, rootKeys: 2 });
    const portal = await startMember(await freePort(), { ...data.env, DATABASE_URL: link.url });
    onTestFinished(() => portal.kill());
    const senders = createSenders({
      ...ground,
      url: portal.url,
      senders: 10,
      batch: BATCH,
      perSecond: PER_SECOND / BATCH,
    });
    const { counts } = senders;
    senders.start();
    while (counts.latencies.length < SETTLED_REPORTS) await aMoment();
    const before = portal.memory();

    link[how === 'cut' ? 'cut' : 'freeze']();
    const until = performance.now() + AWAY_SECONDS * 1_000;
    let mostAway = 0;
    while (performance.now() < until || counts.spooled === 0) {
      mostAway = Math.max(mostAway, portal.memory());
      await aMoment();
    }
    const spooled = (await portal.report()).usage.spooled;
    link.mend();
    const mendedAt = performance.now();
    let most = mostAway;
    while ((await portal.report()).usage.spooled > 0) {
      most = Math.max(most, portal.memory());
      await aMoment();
    }
    const drainedMs = performance.now() - mendedAt;
    await senders.stop();
    await portal.kill();

    expect(await countStored(data.env)).toEqual({
      events: counts.acknowledged,
      distinctIds: counts.acknowledged,
      inDays: counts.acknowledged,
      inStates: counts.acknowledged,
    });
    const megabytes = { away: (mostAway - before) / 1e6, drained: (most - before) / 1e6 };
    console.log({ how, ...counts, latencies: undefined, spooledBytes: spooled, drainedMs, megabytes });
    expect(spooled).toBeGreaterThan(0);
    expect(drainedMs).toBeLessThan(DRAINED_MS);
    expect(most - before).toBeLessThan(MOST_MORE_BYTES);
  },
  TIMEOUT_MS,
);
