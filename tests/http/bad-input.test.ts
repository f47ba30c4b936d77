import { connect } from 'node:net';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { solve } from '../../src/features/agents/proof-of-work.ts';
import { onEachDatabase } from '../support/database.ts';
import { startPortal } from '../support/portal.ts';

onEachDatabase('bad input', (database) => {
  test.each([
    ['broken JSON', '{"origin":', 'application/json', 400, 'invalid_json'],
    [
      'another content type',
      'origin=sandbox',
      'application/x-www-form-urlencoded',
      415,
      'unsupported_media_type',
    ],
    ['an origin that does not exist', '{"origin":"moon"}', 'application/json', 422, 'invalid_request'],
    ['an unknown field', '{"admin":true}', 'application/json', 422, 'invalid_request'],
    ['a list', '[]', 'application/json', 422, 'invalid_request'],
    ['a negative age', '{"page_age_ms":-1}', 'application/json', 422, 'invalid_request'],
    ['70 kB', `{"origin":"${'x'.repeat(70_000)}"}`, 'application/json', 413, 'body_too_large'],
  ])('%s as a request for a key is refused by name', async (_, body, type, status, code) => {
    const { call } = await startPortal(database);
    const response = await call('/api/credentials', { body, headers: { 'Content-Type': type } });
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(await response.json()).toMatchObject({ status, code });
  });

  test('an unknown route is a problem that says where the list is', async () => {
    const { call } = await startPortal(database);
    expect(await (await call('/api/nothing')).json()).toMatchObject({ status: 404, code: 'not_found' });
    expect((await (await call('/api/openapi.json')).json()).paths).toHaveProperty([
      '/api/credentials',
      'post',
    ]);
  });

  test('a body over the limit is refused by the gateway, with and without a declared length', async () => {
    const { call, issueKey } = await startPortal(database, { env: { MAX_BODY_BYTES: '65536' } });
    const { secret } = await issueKey();
    const declared = await call('/v1/messages', { key: secret, body: 'x'.repeat(70_000) });
    expect(await declared.json()).toMatchObject({ status: 413, code: 'body_too_large' });
    expect((await call('/v1/me', { key: secret })).status).toBe(200);
  });

  test('headers longer than any program sends are a 431, and the portal still answers', async () => {
    const { call, url } = await startPortal(database);
    const { hostname, port } = new URL(url);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'a'.repeat(20_000)}\r\n\r\n`);
      });
      let text = '';
      socket.on('data', (chunk) => (text += chunk));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect(answer).toContain('"code":"headers_too_large"');
    expect((await call('/api/health')).status).toBe(200);
  });

  test('too many keys from one address are refused until the hour moves on', async () => {
    const { call, clock } = await startPortal(database, { env: { KEYS_PER_HOUR: '2' } });
    const ask = (body: unknown = {}) => call('/api/credentials', { body });
    const work = async () => {
      const challenge = await (await call('/agent/challenge')).json();
      return { pow: { challenge: challenge.challenge, nonce: solve(challenge) } };
    };
    expect((await ask()).status).toBe(201);
    expect((await ask()).status).toBe(201);
    // Work opens no door that is closed.
    const refused = await ask(await work());
    expect(await refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(Number(refused.headers.get('retry-after'))).toBe(1_800);
    clock.now += 1_800_000;
    expect((await ask(await work())).status).toBe(201);
  });

  test('a developer who opened more pages than anybody does loses the oldest page’s key', async () => {
    const { issueKey, call } = await startPortal(database, { env: { KEYS_PER_HOUR: '100' } });
    const first = await issueKey('sandbox');
    const second = await issueKey('sandbox', first.cookie);
    for (let i = 0; i < 19; i += 1) await issueKey('sandbox', first.cookie);
    expect(await (await call('/v1/me', { key: first.secret })).json()).toMatchObject({ code: 'revoked_key' });
    expect((await call('/v1/me', { key: second.secret })).status).toBe(200);
  });
});

test('a database that can only be read: keys in use go on working, what was seen waits, nothing is lost', async () => {
  const { call, issueKey, sendMessage, portal, progress } = await startPortal('SQLite');
  const { secret } = await issueKey();
  expect((await call('/v1/me', { key: secret })).status).toBe(200);
  await portal.usage.flushed();
  await sql`pragma query_only = on`.execute(portal.ctx.db);

  expect((await sendMessage(secret)).status).toBe(201);
  const refused = await call('/api/credentials', { method: 'POST' });
  expect(await refused.json()).toMatchObject({ status: 503, code: 'storage_unavailable' });
  await portal.usage.flushed();
  expect(await (await call('/api/ready')).json()).toMatchObject({
    usage: { waiting: 0, spooled: expect.any(Number), failing: true },
  });

  await sql`pragma query_only = off`.execute(portal.ctx.db);
  await portal.usage.flushed();
  expect((await progress(secret)).milestones.map(({ name }) => name)).toContain('first_own_machine_call');
});

test('a request for a key may be sent in chunks, within the limit', async () => {
  const { url } = await startPortal('SQLite');
  const send = (text: string) =>
    fetch(`${url}/api/credentials`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: new Blob([text]).stream(),
      duplex: 'half',
    } as RequestInit);
  expect((await send('{"origin":"ci"}')).status).toBe(201);
  expect(await (await send(`{"origin":"${'x'.repeat(70_000)}"}`)).json()).toMatchObject({
    code: 'body_too_large',
  });
});
