import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { useDefinition } from '../../src/features/milestones/definition.ts';
import { judgeDue, recountOutdated } from '../../src/features/milestones/keep-judging.ts';
import type { Progress } from '../../src/features/milestones/progress-schema.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';
import { insertCredential } from '../support/calls.ts';
import { newDatabase, onEachDatabase } from '../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../support/portal.ts';

const DAY = 24 * HOUR;

/** A developer with a test key, and a live one. */
async function withLiveKey(at: TestPortal) {
  const { secret, developer_id } = await at.issueKey('own_machine');
  const live = await insertCredential(at.portal.ctx, developer_id, { environment: 'live' });
  return { secret, live, developer_id };
}

async function call(at: TestPortal, key: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    expect((await at.sendMessage(key)).status).toBe(201);
    at.clock.now += 1_000;
  }
}

const stepOf = ({ steps }: Progress, id: string) => steps.find((step) => step.id === id);

onEachDatabase('an integration', (database) => {
  test('goes live before the developer’s eyes, lapses, and says at every time what is missing', async () => {
    const at = await startPortal(database, { env: { RATE_LIMIT_PER_SECOND: '1000' } });
    const { secret, live } = await withLiveKey(at);
    await call(at, secret, 3);
    const before = await at.progress(secret);
    expect(before.live).toMatchObject({
      state: 'not_yet',
      conditions: [{ have: 0 }, { have: 0 }, { have: null }],
    });
    expect(stepOf(before, 'go_live')?.detail).toContain('0 of 20 successful calls');

    const firstAt = at.clock.now;
    for (const times of [10, 9]) {
      await call(at, live, times);
      at.clock.now += DAY;
    }
    const midway = await at.progress(secret);
    expect(midway.live.conditions.map(({ id, met, have }) => [id, met, have])).toEqual([
      ['successes', false, 19],
      ['days', false, 2],
      ['error_share', true, 0],
    ]);
    const reachedAt = at.clock.now;
    await call(at, live, 1);
    const reached = await at.progress(secret);
    expect(reached.live).toMatchObject({
      state: 'live',
      reached_at: new Date(reachedAt).toISOString(),
      live_since: new Date(firstAt).toISOString(),
    });
    expect(stepOf(reached, 'go_live')).toMatchObject({ state: 'done' });
    expect(reached.milestones.map(({ name }) => name)).toContain('integration_live');

    at.clock.now += 31 * DAY;
    // The test key has ended by then, and the live one has not.
    expect((await at.progress(live)).live).toMatchObject({ state: 'lapsed' });
    const { ctx, definition, feed } = at.portal;
    await judgeDue({ ctx, definition, touch: feed.touch });
    const lapsed = await at.progress(live);
    expect(lapsed.live).toMatchObject({ state: 'lapsed', spells: 1 });
    expect(stepOf(lapsed, 'go_live')?.detail).toMatch(/^Was live, and lapsed on /);
  });

  test('is judged anew, and back again, when the definition changes', async () => {
    const at = await startPortal(database, { env: { RATE_LIMIT_PER_SECOND: '1000' } });
    const { secret, live } = await withLiveKey(at);
    for (let day = 0; day < 2; day += 1) {
      await call(at, live, 4);
      at.clock.now += DAY;
    }
    await at.portal.usage.flushed();
    const { ctx, definition } = at.portal;
    const easier = { ...definition.body, live: { ...definition.body.live, successes: 5, days: 2 } };
    const names = async () => (await at.progress(secret)).milestones.map(({ name }) => name);
    for (const [version, body, isLive] of [
      [2, easier, true],
      [3, definition.body, false],
    ] as const) {
      const changed = await useDefinition(ctx, body);
      expect(changed.version).toBe(version);
      await recountOutdated({ ctx, definition: changed, touch: () => {} });
      expect([version, (await names()).includes('integration_live')]).toEqual([version, isLive]);
    }
    expect((await useDefinition(ctx, definition.body)).version).toBe(3);
    // A process that still has the old file leaves alone what a newer one has counted.
    const outdated = { ...definition, version: 2 };
    await recountOutdated({ ctx, definition: outdated, touch: () => {} });
    expect((await ctx.db.selectFrom('developer_state').select('definition').execute())[0]).toEqual({
      definition: 3,
    });
  });

  test('of CI and of a monitor counts for nothing, and for something once the rule is gone', async () => {
    const at = await startPortal(database);
    const { secret, developer_id } = await at.issueKey('ci');
    await call(at, secret, 2);
    await at.sendMessage((await at.issueKey('own_machine')).secret, { headers: { 'X-Synthetic': '1' } });
    await at.portal.usage.flushed();
    const { ctx, definition } = at.portal;
    const states = () =>
      ctx.db.selectFrom('developer_state').select(['calls', 'excluded_calls', 'first_attempt_at']).execute();
    expect((await states()).map((row) => [row.calls - row.excluded_calls, row.first_attempt_at])).toEqual([
      [0, null],
      [0, null],
    ]);
    const body = { ...definition.body, excluded_calls: { origins: [], clients: [] } };
    await recountOutdated({ ctx, definition: await useDefinition(ctx, body), touch: () => {} });
    expect((await at.progress(secret)).milestones.map(({ name }) => name)).toContain('first_api_call');
    expect((await states()).map((row) => row.excluded_calls)).toEqual([0, 0]);
    expect(developer_id).toMatch(/^dev_/);
  });

  test.runIf(database === 'Postgres')('has one definition in portals that start at once', async () => {
    const data = await newDatabase(database);
    const config = parseConfig({ ...data.env, LOG_LEVEL: 'silent' });
    const portals = await Promise.all([1, 2, 3].map(() => openPortal({ config, log: createLog('silent') })));
    onTestFinished(async () => {
      for (const portal of portals) await portal.close();
      await data.drop();
    });
    expect(portals.map(({ definition }) => definition.version)).toEqual([1, 1, 1]);
  });
});
