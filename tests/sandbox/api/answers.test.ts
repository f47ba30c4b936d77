import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startRelay } from './relay-client.ts';

describe('Relay answers', () => {
  test('a message is accepted, found under its Location, and delivered a second later', async () => {
    const relay = await startRelay();
    const sent = await relay.sendMessage({ to: 'ada@example.com', body: 'Hello' });
    expect(sent.status).toBe(201);
    expect(sent.body).toEqual({
      id: expect.stringMatching(/^msg_[0-9a-f]{24}$/),
      to: 'ada@example.com',
      body: 'Hello',
      channel: 'email',
      status: 'queued',
      created_at: '2026-11-21T09:30:00.000Z',
      delivered_at: null,
    });
    expect(sent.headers.get('location')).toBe(`/v1/messages/${sent.body.id}`);
    relay.clock.at += 1000;
    const read = await relay.send(sent.headers.get('location') ?? '');
    expect(read.body).toEqual({
      ...sent.body,
      status: 'delivered',
      delivered_at: '2026-11-21T09:30:01.000Z',
    });
  });

  test('a phone number makes it an SMS', async () => {
    const relay = await startRelay();
    expect((await relay.sendMessage({ to: '+14155550123', body: 'Hi' })).body).toMatchObject({
      channel: 'sms',
    });
  });

  test('1600 characters fit, also when each takes two UTF-16 units', async () => {
    const relay = await startRelay();
    expect((await relay.sendMessage({ to: 'ada@example.com', body: '👋'.repeat(1600) })).status).toBe(201);
  });

  test('the caller is told who they are', async () => {
    const relay = await startRelay();
    await relay.sendMessage();
    const me = await relay.send('/v1/me', { headers: { 'X-Consumer-Environment': 'test' } });
    expect(me.body).toEqual({
      id: 'dev_ada',
      environment: 'test',
      messages_sent: 1,
      messages_kept: 1,
      limits: { messages_per_minute: 120, reads_per_minute: 600, messages_kept: 1000 },
    });
  });

  test('each developer sees their own messages and no others', async () => {
    const relay = await startRelay();
    const sent = await relay.sendMessage();
    expect((await relay.send('/v1/messages', { caller: 'dev_eve' })).body.data).toEqual([]);
    expect(await relay.send(`/v1/messages/${sent.body.id}`, { caller: 'dev_eve' })).toMatchObject({
      status: 404,
      body: { code: 'message_not_found' },
    });
  });

  test('the request id of the gateway comes back, and one is made where there is none', async () => {
    const relay = await startRelay();
    const named = await relay.send('/v1/me', { headers: { 'X-Request-Id': 'req_7' } });
    expect(named.headers.get('x-request-id')).toBe('req_7');
    expect((await relay.send('/v1/me')).headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('HEAD is GET without a body', async () => {
    const relay = await startRelay();
    expect(await relay.send('/v1/messages', { method: 'HEAD' })).toMatchObject({
      status: 200,
      body: undefined,
    });
  });

  test('the document is OpenAPI 3.1, needs no caller, and describes what is accepted', async () => {
    const relay = await startRelay();
    expect(relay.document.openapi).toBe('3.1.0');
    expect(Object.keys(relay.document.paths)).toEqual([
      '/v1/me',
      '/v1/messages',
      '/v1/messages/{id}',
      '/v1/webhook-endpoints',
      '/v1/webhook-endpoints/{id}',
      '/v1/webhook-endpoints/{id}/deliveries',
    ]);
    const ajv = new Ajv2020({ strict: false, formats: { email: /^[^@\s]+@[^@\s]+\.\w+$/ } });
    const accepts = ajv.compile(relay.document.components.schemas.NewMessage);
    for (const [candidate, status] of [
      [{ to: 'ada@example.com', body: 'x' }, 201],
      [{ to: '+4930123456', body: '👋'.repeat(1600) }, 201],
      [{ to: '+4930123456', body: '👋'.repeat(1601) }, 422],
      [{ to: '030123456', body: 'x' }, 422],
      [{ to: 'ada@example.com', body: '' }, 422],
      [{ to: 'ada@example.com', body: 'x', subject: 'y' }, 422],
      [{ to: 'ada@example.com' }, 422],
    ] as const) {
      expect(accepts(candidate), JSON.stringify(candidate).slice(0, 80)).toBe(status === 201);
      expect((await relay.sendMessage(candidate)).status).toBe(status);
    }
  });
});

describe('pages', () => {
  type Relay = Awaited<ReturnType<typeof startRelay>>;

  async function readAll(relay: Relay, limit: number, between?: () => Promise<unknown>): Promise<string[]> {
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: { body: { data: { body: string }[]; next_cursor: string | null; has_more: boolean } } =
        await relay.send(`/v1/messages?limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`);
      expect(page.body.data.length).toBeLessThanOrEqual(limit);
      expect(page.body.has_more).toBe(page.body.next_cursor !== null);
      seen.push(...page.body.data.map(({ body }) => body));
      cursor = page.body.next_cursor;
      await between?.();
    }
    return seen;
  }

  test('every kept message comes exactly once, newest first, at any page size, also while new ones arrive', async () => {
    const cases = fc.record({
      sent: fc.integer({ min: 0, max: 40 }),
      kept: fc.integer({ min: 10, max: 30 }),
      limit: fc.integer({ min: 1, max: 45 }),
      arriving: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ sent, kept, limit, arriving }) => {
        const relay = await startRelay({ maxMessages: kept, messagesPerMinute: 1000 });
        for (let i = 0; i < sent; i += 1) await relay.sendMessage({ to: 'ada@example.com', body: `${i}` });
        const expected = Array.from({ length: sent }, (_, i) => `${i}`)
          .reverse()
          .slice(0, kept);
        const late = () => relay.sendMessage({ to: 'ada@example.com', body: 'late' });
        const seen = await readAll(relay, limit, arriving ? late : undefined);
        // A full mailbox drops its oldest for each late message; nothing else may be missing, doubled or out of order.
        expect(seen).toEqual(expected.slice(0, seen.length));
        if (!arriving || sent + Math.ceil(sent / limit) <= kept) expect(seen).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });

  test('twenty by default', async () => {
    const relay = await startRelay();
    for (let i = 0; i < 21; i += 1) await relay.sendMessage();
    expect((await relay.send('/v1/messages')).body).toMatchObject({ data: { length: 20 }, has_more: true });
  });

  test('no page costs more than itself: the last page of a full mailbox reads one slot', async () => {
    const { Mailbox } = await import('../../../sandbox/api/mailbox.ts');
    const box = new Mailbox(1000);
    for (let i = 0; i < 5000; i += 1) box.add({ id: `${i}`, to: 'a', body: 'b', createdAt: 0 });
    expect(box.page(1, 4002)).toMatchObject({ messages: [{ seq: 4001 }], hasMore: false });
    expect(box.page(100, 4001)).toEqual({ messages: [], hasMore: false });
    expect(box.kept).toBe(1000);
  });
});
