import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { enter } from '../../src/features/claims/enter.ts';
import type { Observation } from '../../src/features/usage/observation-feed.ts';
import { countQueries } from '../support/count-queries.ts';
import { openStream } from '../support/event-stream.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

/** Two portals on one database. */
async function startTwo(): Promise<[TestPortal, TestPortal]> {
  const here = await startPortal('Postgres');
  const DATABASE_URL = here.portal.ctx.config.databaseUrl ?? '';
  return [here, await startPortal('Postgres', { env: { DATABASE_URL } })];
}

type Stream = Awaited<ReturnType<typeof openStream>>;

/** Whoever is told once too often to look again is not told wrong. */
async function nextOf(stream: Stream, wanted: string) {
  for (;;) {
    const heard = await stream.next();
    if (heard.event === wanted) return heard;
  }
}

describe.skipIf(inject('postgresUrl') === null)('a page that is connected to another process', () => {
  test('hears of a call within two seconds, and sees its milestone', async () => {
    const [here, there] = await startTwo();
    const { secret, cookie } = await here.issueKey('own_machine');
    const stream = await openStream(there, cookie);
    expect(await stream.next()).toMatchObject({ event: 'progress', data: { milestones: [] } });

    await here.sendMessage(secret);
    const since = performance.now();
    const call = await nextOf(stream, 'call');
    expect(call.data).toMatchObject({ route: '/v1/messages', status: 201 });
    expect(performance.now() - since).toBeLessThan(2_000);
    const { event, data } = await stream.next();
    expect(event).toBe('progress');
    expect(data.milestones).toHaveLength(3);
    await stream.close();
  });

  test('hears of every call once, whichever process it went through', async () => {
    const [here, there] = await startTwo();
    const { secret, cookie } = await here.issueKey('own_machine');
    await here.sendMessage(secret);
    await here.portal.usage.flushed();
    const stream = await openStream(there, cookie);
    const CALLS = 40;
    for (let n = 0; n < CALLS; n += 1) {
      const portal = n % 2 === 0 ? here : there;
      await portal.sendMessage(secret);
      if (n % 5 === 0) await portal.portal.usage.flushed();
    }
    const heard: string[] = [];
    while (heard.length < CALLS) {
      const { event, data } = await stream.next();
      if (event === 'call') heard.push(String(data.id));
    }
    const stored = await here.portal.ctx.db.selectFrom('usage_event').select('id').execute();
    // All but the first, which was there before anybody listened.
    expect(new Set(heard).size).toBe(CALLS);
    expect(stored).toHaveLength(CALLS + 1);
    await stream.close();
  });

  test('hears of what is no call, such as a goal that was chosen elsewhere', async () => {
    const [here, there] = await startTwo();
    const { cookie } = await here.issueKey('sandbox');
    const stream = await openStream(there, cookie);
    await stream.next();
    expect((await here.call('/api/goal', { cookie, body: { goal: null } })).status).toBe(200);
    expect(await stream.next()).toMatchObject({ event: 'progress' });
    await enter(
      here.portal,
      { issuer: 'email', subject: 'ada@example.com', label: 'ada@example.com' },
      { cookies: cookie, client: null },
    );
    // The sign-in has replaced the session, so the page is asked to come back at once with the new one.
    await nextOf(stream, '');
    await expect(stream.next()).rejects.toThrow('the stream ended');
  });

  test('misses nothing where the first look takes long, or fails at first', async () => {
    const [here, there] = await startTwo();
    const { secret, developer_id } = await here.issueKey('own_machine');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { feed, ctx } = there.portal;
    const executor = ctx.db.getExecutor();
    const { executeQuery } = executor;
    /** What each question after revisions waits for, in their order; a rejection is its answer. */
    const holdUp = (...gates: (Promise<void> | undefined)[]) => {
      executor.executeQuery = async function (query, ...rest) {
        if (query.sql.includes('from developer_state')) await gates.shift();
        return executeQuery.call(this, query, ...rest) as never;
      };
    };
    const heard: Observation[] = [];
    const calls = () => heard.filter(({ type }) => type === 'calls').length;
    const callHere = async () => {
      await here.sendMessage(secret);
      await here.portal.usage.flushed();
    };

    const [first, third] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    holdUp(first.promise, undefined, third.promise);
    const stop = feed.listen(developer_id, (observation) => heard.push(observation));
    await vi.advanceTimersByTimeAsync(400);
    first.resolve();
    await feed.ready(developer_id);
    await callHere();
    third.resolve();
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(400);
      expect(calls()).toBe(1);
    });
    stop();

    holdUp(Promise.reject(new Error('no connection')));
    heard.length = 0;
    const stopAgain = feed.listen(developer_id, (observation) => heard.push(observation));
    await feed.ready(developer_id);
    // What happened until it is heard again is in the progress that is told then.
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(400);
      expect(heard).toContainEqual({ type: 'progress' });
    });
    await callHere();
    await vi.waitFor(async () => {
      await vi.advanceTimersByTimeAsync(400);
      expect(calls()).toBe(1);
    });
    stopAgain();
  });

  test('is asked about while it is open, and nobody is while none is', async () => {
    const [here, there] = await startTwo();
    const { developer_id } = await here.issueKey('sandbox');
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const { feed, ctx } = there.portal;
    const queries = countQueries(ctx.db);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(queries.take()).toEqual([]);
    const stop = feed.listen(developer_id, () => {});
    await feed.ready(developer_id);
    queries.take();
    await vi.advanceTimersByTimeAsync(400);
    expect(queries.take()).toEqual([
      expect.stringContaining('select developer_id, revision from developer_state'),
    ]);
    stop();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(queries.take()).toEqual([]);
  });
});
