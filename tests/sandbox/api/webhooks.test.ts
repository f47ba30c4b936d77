import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Mailbox } from '../../../sandbox/api/mailbox.ts';
import { startRelay } from './relay-client.ts';

const MESSAGE = { to: 'ada@example.com', body: 'Hello' };
const ENDPOINTS = '/v1/webhook-endpoints';

describe('webhooks', () => {
  test('a message is announced to every address, signed as Standard Webhooks 1.0 says', async () => {
    const { send } = await startRelay();
    const { body: endpoint, status } = await send(ENDPOINTS, { json: { url: 'https://example.com/hooks' } });
    expect(status).toBe(201);
    expect(endpoint.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const { body: message } = await send('/v1/messages', { json: MESSAGE });
    const { body: page } = await send(`${ENDPOINTS}/${endpoint.id}/deliveries`);
    expect(page.data).toHaveLength(1);
    const [delivery] = page.data;
    expect(JSON.parse(delivery.body)).toEqual({
      type: 'message.accepted',
      timestamp: message.created_at,
      data: { ...message, status: 'queued', delivered_at: null },
    });
    const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signature } = delivery.headers;
    const key = Buffer.from(endpoint.secret.slice('whsec_'.length), 'base64');
    const expected = createHmac('sha256', key).update(`${id}.${at}.${delivery.body}`).digest('base64');
    expect(signature).toBe(`v1,${expected}`);
    expect(Number(at)).toBe(Date.parse(message.created_at) / 1_000);
    // Read again later, it is word for word the same.
    expect((await send(`${ENDPOINTS}/${endpoint.id}/deliveries`)).body).toEqual(page);
  });

  test('the secret is shown once, an address can be removed, and each developer has their own', async () => {
    const { send } = await startRelay();
    const { body: endpoint } = await send(ENDPOINTS, { json: { url: 'https://example.com/hooks' } });
    const { secret: _, ...shown } = endpoint;
    expect((await send(ENDPOINTS)).body).toEqual({ data: [shown] });
    expect((await send(ENDPOINTS, { caller: 'dev_eve' })).body).toEqual({ data: [] });
    for (const path of [`${ENDPOINTS}/${endpoint.id}/deliveries`]) {
      expect((await send(path, { caller: 'dev_eve' })).body.code).toBe('endpoint_not_found');
    }
    const other = await send(`${ENDPOINTS}/${endpoint.id}`, { method: 'DELETE', caller: 'dev_eve' });
    expect(other.status).toBe(404);
    expect((await send(`${ENDPOINTS}/${endpoint.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await send(ENDPOINTS)).body).toEqual({ data: [] });
  });

  test.each([
    [{}, 'url_missing'],
    [{ url: 1 }, 'url_invalid'],
    [{ url: 'example.com' }, 'url_invalid'],
    [{ url: 'file:///etc/passwd' }, 'url_invalid'],
    [{ url: `https://example.com/${'a'.repeat(2_100)}` }, 'url_invalid'],
    [{ url: 'https://example.com', event: 'x' }, 'unknown_field'],
  ])('%j is refused', async (json, code) => {
    const { send } = await startRelay();
    expect((await send(ENDPOINTS, { json })).body).toMatchObject({ status: 422, code });
  });

  test('nothing is ever sent to an address, whichever it is', async () => {
    const { send } = await startRelay();
    const fetched: unknown[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = async (...args) => {
      fetched.push(args);
      return new Response();
    };
    try {
      const url = 'http://169.254.169.254/latest/meta-data';
      expect((await send(ENDPOINTS, { json: { url } })).status).toBe(201);
      await send('/v1/messages', { json: MESSAGE });
    } finally {
      globalThis.fetch = fetch;
    }
    expect(fetched).toEqual([]);
  });

  test('the newest ten addresses and fifty deliveries are kept, and their weight with them', () => {
    const box = new Mailbox(100);
    const empty = box.weight;
    const ids = Array.from({ length: 15 }, () => box.addWebhook('https://example.com/hooks', 0).id);
    expect(box.webhooks.list().map(({ id }) => id)).toEqual(ids.slice(5).reverse());
    const full = () => box.webhooks.weight;
    for (let i = 0; i < 60; i += 1) box.add({ id: `msg_${i}`, ...MESSAGE, createdAt: i });
    const settled = full();
    box.add({ id: 'msg_60', ...MESSAGE, createdAt: 60 });
    expect(full()).toBe(settled);
    const deliveries = box.webhooks.deliveries(String(ids.at(-1)), 50) ?? [];
    expect(deliveries).toHaveLength(50);
    expect(JSON.parse(deliveries[0]?.body ?? '').data.id).toBe('msg_60');
    for (const id of ids) box.removeWebhook(id);
    expect(box.webhooks.weight).toBe(0);
    expect(box.weight).toBeGreaterThan(empty);
  });
});
