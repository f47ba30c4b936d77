import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressKey, createRateLimit } from '../src/rate-limit.ts';

test('no stretch of time lets more through than the quota and what it was refilled by', () => {
  const gaps = fc.array(fc.nat({ max: 2_000 }), { maxLength: 80 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), gaps, (quota, waits) => {
      const limit = createRateLimit(quota, 10);
      let now = 0;
      let allowed = 0;
      for (const wait of waits) {
        now += wait;
        if (limit.take('key', now).allowed) allowed += 1;
        expect(allowed).toBeLessThanOrEqual(quota + Math.floor((now / 10_000) * quota) + 1e-9);
      }
    }),
  );
});

test('who waits as long as told is let through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 60 }), (quota, window) => {
      const limit = createRateLimit(quota, window);
      for (let n = 0; n < quota; n += 1) expect(limit.take('key', 0).remaining).toBe(quota - n - 1);
      const refused = limit.take('key', 0);
      expect(refused.allowed).toBe(false);
      expect(limit.take('key', refused.resetSeconds * 1_000).allowed).toBe(true);
    }),
  );
});

test('one caller’s limit is not another’s', () => {
  const limit = createRateLimit(1, 60);
  expect([limit.take('a', 0).allowed, limit.take('a', 0).allowed, limit.take('b', 0).allowed]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8:1:2::9', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
])('%s counts as %s', (address, counted) => {
  expect(addressKey(address)).toBe(counted);
});
