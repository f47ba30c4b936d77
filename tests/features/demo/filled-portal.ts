import { expect, onTestFinished } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { DAY_MS } from '../../../src/day.ts';
import { lookInside } from '../../../src/features/demo/demo-store.ts';
import { type Fed, feed } from '../../../src/features/demo/feed.ts';
import type { Population } from '../../../src/features/demo/population.ts';
import { simulate } from '../../../src/features/demo/simulate.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { type DatabaseName, newDatabase } from '../../support/database.ts';

export const BEGIN = Date.UTC(2026, 4, 4);
const DAYS = 30;
export const END = BEGIN + DAYS * DAY_MS;

/** A portal of its own that simulated developers have used for 30 days. */
export async function fill(database: DatabaseName, population: Population, developers: number) {
  const data = await newDatabase(database);
  const clock = { now: BEGIN };
  const portal = await openPortal({
    config: parseConfig({ LOG_LEVEL: 'silent', ...data.env }),
    log: createLog('silent'),
    now: () => clock.now,
  });
  onTestFinished(async () => {
    await portal.close();
    await data.drop();
  });
  const simulation = { seed: 5, developers, begin: BEGIN, end: END };
  expect(await lookInside(portal.ctx.db)).toBe('empty');
  const fed: Fed = await feed(portal, population, { ...simulation, clock });
  const simulated = [...simulate(population, simulation)];
  const { db } = portal.ctx;
  const count = async (table: 'usage_event' | 'onboarding_event' | 'identity') =>
    Number(
      (
        await db
          .selectFrom(table)
          .select((e) => e.fn.countAll().as('n'))
          .executeTakeFirstOrThrow()
      ).n,
    );
  return { portal, clock, fed, simulated, db, count };
}
