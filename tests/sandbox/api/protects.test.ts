import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mailroom } from '../../../sandbox/api/mailroom.ts';
import { startRelay } from './relay-client.ts';

const MESSAGE = { to: 'ada@example.com', body: 'Hello' };
const HOUR = 3_600_000;
const withKey = (key: string) => ({ headers: { 'Idempotency-Key': key } });

describe('an Idempotency-Key', () => {
  test('makes a retry harmless: the same answer, marked, and one message', async () => {
    const relay = await startRelay();
    const first = await relay.sendMessage(MESSAGE, withKey('"k1"'));
    relay.clock.at += 23 * HOUR;
    const again = await relay.sendMessage({ body: 'Hello', to: 'ada@example.com' }, withKey('k1'));
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect((await relay.send('/v1/me')).body.messages_sent).toBe(1);
  });

  test('is not for another message', async () => {
    const relay = await startRelay();
    await relay.sendMessage(MESSAGE, withKey('k1'));
    const other = await relay.sendMessage({ ...MESSAGE, body: 'Bye' }, withKey('k1'));
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency_key_reused' } });
  });

  test('belongs to one developer', async () => {
    const relay = await startRelay();
    const ada = await relay.sendMessage(MESSAGE, withKey('k1'));
    const eve = await relay.sendMessage(MESSAGE, { ...withKey('k1'), caller: 'dev_eve' });
    expect(eve.status).toBe(201);
    expect(eve.body.id).not.toBe(ada.body.id);
  });

  test('is free again after 24 hours', async () => {
    const relay = await startRelay();
    const first = await relay.sendMessage(MESSAGE, withKey('k1'));
    relay.clock.at += 24 * HOUR;
    const later = await relay.sendMessage({ ...MESSAGE, body: 'Bye' }, withKey('k1'));
    expect(later.status).toBe(201);
    expect(later.body.id).not.toBe(first.body.id);
  });

  test('is not spent by a request that was refused', async () => {
    const relay = await startRelay();
    expect((await relay.sendMessage({ to: 'ada' }, withKey('k1'))).status).toBe(422);
    expect((await relay.sendMessage(MESSAGE, withKey('k1'))).status).toBe(201);
  });

  test('of a request still arriving is in use, and free when that one broke off', async () => {
    const relay = await startRelay();
    let finish: (() => void) | undefined;
    const slow = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start(controller) {
        finish = () => {
          controller.enqueue(new TextEncoder().encode(JSON.stringify(MESSAGE)));
          controller.close();
        };
      },
    });
    const headers = { 'Content-Type': 'application/json', ...withKey('k1').headers };
    const first = relay.send('/v1/messages', { raw: slow, headers });
    const second = await relay.sendMessage(MESSAGE, withKey('k1'));
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotency_key_in_use' } });
    expect(second.headers.get('retry-after')).toBe('1');
    finish?.();
    const { body } = await first;
    expect((await relay.sendMessage(MESSAGE, withKey('k1'))).body).toEqual(body);
  });

  test('sends once, however often and in whatever order requests are repeated', async () => {
    const request = fc.record({ key: fc.constantFrom('a', 'b', 'c'), body: fc.constantFrom('x', 'y') });
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 25 }), async (requests) => {
        const relay = await startRelay();
        const first = new Map<string, { body: string; id: string }>();
        for (const { key, body } of requests) {
          const answer = await relay.sendMessage({ to: 'ada@example.com', body }, withKey(key));
          const known = first.get(key);
          if (!known) first.set(key, { body, id: answer.body.id });
          if (known?.body === body) expect(answer.body.id).toBe(known.id);
          if (known && known.body !== body) expect(answer.body.code).toBe('idempotency_key_reused');
        }
        expect((await relay.send('/v1/me')).body.messages_sent).toBe(first.size);
      }),
      { numRuns: 40 },
    );
  });
});

describe('the rate limit', () => {
  test('is announced, enforced with the time to wait, and refilled', async () => {
    const relay = await startRelay({ messagesPerMinute: 2 });
    const first = await relay.sendMessage();
    expect(first.headers.get('ratelimit-policy')).toBe('"messages";q=2;w=60');
    expect(first.headers.get('ratelimit')).toBe('"messages";r=1;t=60');
    await relay.sendMessage();
    relay.clock.at += 20_500;
    const refused = await relay.sendMessage();
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited' } });
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(refused.headers.get('ratelimit')).toBe('"messages";r=0;t=40');
    relay.clock.at += 39_500;
    expect((await relay.sendMessage()).status).toBe(201);
  });

  test('of one developer is not another’s, and writing does not use up reading', async () => {
    const relay = await startRelay({ messagesPerMinute: 1 });
    await relay.sendMessage();
    expect((await relay.sendMessage()).status).toBe(429);
    expect((await relay.sendMessage(MESSAGE, { caller: 'dev_eve' })).status).toBe(201);
    const list = await relay.send('/v1/messages');
    expect(list.headers.get('ratelimit-policy')).toBe('"reads";q=600;w=60');
    expect(list.status).toBe(200);
  });
});

describe('memory', () => {
  test('the developer who called least recently is forgotten first', async () => {
    const relay = await startRelay({ maxDevelopers: 2 });
    for (const caller of ['dev_1', 'dev_2', 'dev_1', 'dev_3']) await relay.sendMessage(MESSAGE, { caller });
    const kept = async (caller: string) => (await relay.send('/v1/me', { caller })).body.messages_kept;
    expect([await kept('dev_1'), await kept('dev_2'), await kept('dev_3')]).toEqual([2, 0, 1]);
  });

  test('only the newest messages are kept', async () => {
    const relay = await startRelay({ maxMessages: 3 });
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await relay.sendMessage()).body.id);
    expect((await relay.send(`/v1/messages/${ids[1]}`)).status).toBe(404);
    expect((await relay.send(`/v1/messages/${ids[2]}`)).status).toBe(200);
    expect((await relay.send('/v1/me')).body).toMatchObject({ messages_sent: 5, messages_kept: 3 });
  });

  test('all mailboxes together stay within the bound, whatever is sent', () => {
    const sends = fc.array(fc.record({ who: fc.nat(20), size: fc.nat(2000), key: fc.option(fc.nat(5)) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(sends, (list) => {
        const mailroom = new Mailroom({ developers: 10, messagesPerDeveloper: 4, bytes: 60_000 });
        for (const [i, { who, size, key }] of list.entries()) {
          mailroom.change(`dev_${who}`, (box) => {
            const stored = box.add({ id: `${i}`, to: 'a', body: 'x'.repeat(size), createdAt: 0 });
            if (key === null || box.finishedKey(`${key}`, 0)) return;
            const answer = {
              ...stored,
              channel: 'email',
              status: 'queued',
              created_at: '',
              delivered_at: null,
            } as const;
            box.finishKey(`${key}`, { fingerprint: '', answer, expiresAt: 1 });
          });
          expect(mailroom.bytes).toBeLessThanOrEqual(60_000);
          expect(mailroom.developers).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
