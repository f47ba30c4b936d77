import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { createLimits, type Limits } from '../src/limits.ts';
import type { RateLimit } from '../src/rate-limit.ts';
import { newDatabase } from './support/database.ts';
import { startFleet } from './support/fleet.ts';

const EXCHANGE_MS = 200;

/** Processes that hear each other, and a way to cut one off. */
function inOneRoom(processes: number) {
  const heard: string[] = [];
  const listeners: ((payload: string) => void)[] = [];
  const cutOff = new Set<number>();
  const limits = Array.from({ length: processes }, (_, own) =>
    createLimits(
      {
        hear: (_channel, listener) => void listeners.push(listener),
        async announce(_channel, payloads) {
          if (cutOff.has(own)) throw new Error('no connection');
          heard.push(...payloads);
          for (const payload of payloads) for (const listener of listeners) listener(payload);
        },
      },
      () => Date.now(),
    ),
  );
  return { limits, heard, cutOff };
}

const take = (limit: RateLimit | undefined, key: string, times: number) =>
  Array.from({ length: times }, () => limit?.take(key, Date.now()).allowed).filter(Boolean).length;

describe('limits of several processes', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const named = (limits: Limits[], quota = 40, windowSeconds = 2, personal = false) =>
    limits.map((own) => own.limit('calls', { quota, windowSeconds, personal }));

  test('what one process let through is gone for the others a moment later', async () => {
    const { limits } = inOneRoom(3);
    const [a, b, c] = named(limits);
    expect(take(a, 'key', 40)).toBe(40);
    await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
    expect(take(b, 'key', 10)).toBe(0);
    expect(take(c, 'other', 10)).toBe(10);
  });

  test('a burst that comes to all of them at the same moment is taken from what follows', async () => {
    const { limits } = inOneRoom(4);
    const all = named(limits);
    expect(all.map((limit) => take(limit, 'key', 100))).toEqual([40, 40, 40, 40]);
    await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
    const answer = all[0]?.take('key', Date.now());
    // 160 were let through instead of 40, at 20 a second.
    expect(answer).toMatchObject({ allowed: false, resetSeconds: 6 });
    await vi.advanceTimersByTimeAsync(6_000);
    expect(take(all[3], 'key', 1)).toBe(1);
  });

  test('over a longer time the rate holds, whatever comes to whom, and is not undercut', async () => {
    const PERIODS = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 5 }),
        fc.integer({ min: 1, max: 60 }),
        fc.infiniteStream(fc.nat({ max: 40 })),
        async (processes, quota, offers) => {
          const { limits } = inOneRoom(processes);
          const all = named(limits, quota, 2);
          let allowed = 0;
          let offered = 0;
          for (let period = 0; period < PERIODS; period += 1) {
            for (const limit of all) {
              const { value } = offers.next();
              offered += value;
              allowed += take(limit, 'key', value);
            }
            await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
          }
          const rate = quota / 2_000;
          const refilled = PERIODS * EXCHANGE_MS * rate;
          const inOnePeriod = quota + EXCHANGE_MS * rate;
          expect(allowed).toBeLessThanOrEqual(
            quota + refilled + (processes - 1) * (inOnePeriod + quota / 16),
          );
          expect(allowed).toBeGreaterThanOrEqual(Math.min(offered, 0.8 * refilled) * 0.9 - quota);
          await Promise.all(limits.map((own) => own.close()));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('who is cut off counts alone, and tells what still counts when it is back', async () => {
    const { limits, cutOff } = inOneRoom(2);
    const [a, b] = named(limits, 30, 3_600);
    cutOff.add(0);
    expect(take(a, 'key', 30)).toBe(30);
    await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
    expect(take(b, 'key', 1)).toBe(1);
    cutOff.clear();
    await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
    expect(take(b, 'key', 1)).toBe(0);
  });

  test('a key that is hardly used is not worth a word, and the last words are said at the end', async () => {
    const { limits, heard } = inOneRoom(2);
    const [a, b] = named(limits, 100, 10);
    take(a, 'key', 5);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toEqual([]);
    take(a, 'key', 100);
    await limits[0]?.close();
    expect(heard).toHaveLength(1);
    expect(take(b, 'key', 1)).toBe(0);
  });

  test('nobody is named, and nonsense is passed over', async () => {
    const { limits, heard } = inOneRoom(2);
    const [a, b] = named(limits, 5, 900, true);
    take(a, 'ada@example.com', 5);
    await vi.advanceTimersByTimeAsync(EXCHANGE_MS);
    expect(heard.join()).not.toContain('ada');
    expect(take(b, 'ada@example.com', 1)).toBe(0);
    const listeners: ((payload: string) => void)[] = [];
    const alone = createLimits(
      { hear: (_, listener) => void listeners.push(listener), announce: async () => {} },
      () => Date.now(),
    );
    const limit = alone.limit('calls', { quota: 40, windowSeconds: 2 });
    const say = (payload: unknown) =>
      listeners[0]?.(typeof payload === 'string' ? payload : JSON.stringify(payload));
    for (const payload of ['', '{', 'null', { by: 'x', limit: 'calls', taken: [['key', -5]] }, { by: 'x' }])
      say(payload);
    say({ by: 'x', limit: 'unknown', taken: [['key', 5]] });
    expect(take(limit, 'key', 40)).toBe(40);
    // Whoever exaggerates does not shut a key out for good.
    say({ by: 'x', limit: 'calls', taken: [['other', 1e9]] });
    await vi.advanceTimersByTimeAsync(4_000);
    expect(take(limit, 'other', 1)).toBe(1);
  });

  test('one process alone tells nobody', () => {
    const alone = createLimits({ hear: () => {}, announce: null }, () => Date.now());
    const limit = alone.limit('calls', { quota: 2, windowSeconds: 1 });
    expect(take(limit, 'key', 5)).toBe(2);
    expect(take(alone.limit('calls', { quota: 2, windowSeconds: 1 }), 'key', 5)).toBe(0);
  });
});

describe.skipIf(inject('postgresUrl') === null)('limits of four processes on Postgres', () => {
  const PROCESSES = 4;
  async function start(env: Record<string, string>) {
    const data = await newDatabase('Postgres');
    onTestFinished(() => data.drop());
    const fleet = await startFleet(PROCESSES, { ...data.env, ...env } as Record<string, string>);
    onTestFinished(() => fleet.stop());
    return fleet.members;
  }

  test('a sign-in limit that is used up on one is used up on all', async () => {
    const members = await start({});
    const begin = async (at = members[0]) =>
      (await fetch(`${at?.url}/api/passkeys/sign-in/options`, { method: 'POST' })).status;
    let let_through = 0;
    while ((await begin()) === 200) let_through += 1;
    expect(let_through).toBe(60);
    for (const member of members.slice(1)) {
      await vi.waitFor(async () => expect(await begin(member)).toBe(429), { timeout: 5_000, interval: 50 });
    }
  });

  test('a key that is used on all of them at once gets its rate, and not four times as much', async () => {
    const RATE = 20;
    const BURST = 2 * RATE;
    const members = await start({ RATE_LIMIT_PER_SECOND: String(RATE) });
    const issued = await fetch(`${members[0]?.url}/api/credentials`, { method: 'POST' });
    const { secret } = (await issued.json()) as { secret: string };
    const SECONDS = 4;
    const since = performance.now();
    const until = since + SECONDS * 1_000;
    const counts = await Promise.all(
      members.map(async (member) => {
        let allowed = 0;
        while (performance.now() < until) if ((await member.statusOf(secret)) === 200) allowed += 1;
        return allowed;
      }),
    );
    const allowed = counts.reduce((sum, count) => sum + count, 0);
    const elapsed = (performance.now() - since) / 1_000;
    const exact = BURST + RATE * elapsed;
    // Each alone would have let that much through.
    expect(allowed).toBeLessThan(2 * exact);
    expect(allowed).toBeGreaterThan(0.7 * exact);
  });
});
