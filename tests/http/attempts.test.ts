import { expect, test } from 'vitest';
import { revokeCredential } from '../../src/features/credentials/revoke-credential.ts';
import { countQueries } from '../support/count-queries.ts';
import { onEachDatabase } from '../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../support/portal.ts';

/** What is stored of calls, oldest first. */
async function stored({ portal }: TestPortal) {
  await portal.usage.flushed();
  const rows = await portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('id').execute();
  return rows.map(({ developer_id, method, route, status, error_code, clue }) => ({
    developer_id,
    call: `${method} ${route} ${status} ${error_code} ${clue}`,
  }));
}

onEachDatabase('an attempt that was turned away', (database) => {
  test.each<[string, (key: string) => { headers?: Record<string, string>; query?: string }, string]>([
    ['without Bearer', (key) => ({ headers: { Authorization: key } }), '401 missing_bearer no_bearer'],
    ['as Token', (key) => ({ headers: { Authorization: `Token ${key}` } }), '401 missing_bearer token'],
    [
      'as a user name',
      (key) => ({ headers: { Authorization: `Basic ${btoa(`${key}:`)}` } }),
      '401 missing_bearer basic',
    ],
    ['in quotes', (key) => ({ headers: { Authorization: `Bearer "${key}"` } }), '401 malformed_key quotes'],
    [
      'with Bearer twice',
      (key) => ({ headers: { Authorization: `Bearer Bearer ${key}` } }),
      '401 malformed_key bearer_twice',
    ],
    ['in X-API-Key', (key) => ({ headers: { 'X-API-Key': key } }), '401 missing_key x-api-key'],
    ['in the query', (key) => ({ query: `?api_key=${key}` }), '401 key_in_query null'],
    [
      'cut off',
      (key) => ({ headers: { Authorization: `Bearer ${key.slice(0, -3)}` } }),
      '401 malformed_key length',
    ],
    [
      'without its beginning',
      (key) => ({ headers: { Authorization: `Bearer ${key.slice(8)}` } }),
      '401 malformed_key prefix',
    ],
    [
      'mistyped in front',
      (key) => ({ headers: { Authorization: `Bearer ${mistype(key, 12)}` } }),
      '401 malformed_key checksum',
    ],
    [
      'mistyped at the back',
      (key) => ({ headers: { Authorization: `Bearer ${mistype(key, 40)}` } }),
      '401 malformed_key checksum',
    ],
    [
      'with live written for test',
      (key) => ({ headers: { Authorization: `Bearer ${key.replace('test', 'live')}` } }),
      '401 unknown_key other_environment',
    ],
  ])('with a key %s is its developer’s, and no use of the key', async (_, send, expected) => {
    const running = await startPortal(database);
    const { secret, developer_id, cookie } = await running.issueKey();
    await running.issueKey();
    const { headers, query = '' } = send(secret);
    const answer = await running.call(`/v1/messages${query}`, { ...(headers && { headers }) });
    expect(answer.status).toBe(401);
    expect(await stored(running)).toEqual([{ developer_id, call: `GET /v1/messages ${expected}` }]);
    const progress = await (await running.call('/api/progress', { cookie })).json();
    expect(progress.milestones.map(({ name }: { name: string }) => name)).toEqual(['first_attempt']);
    const credential = await running.portal.ctx.db
      .selectFrom('credential')
      .select(['first_used_at', 'expires_at'])
      .where('developer_id', '=', developer_id)
      .executeTakeFirstOrThrow();
    expect(credential).toEqual({ first_used_at: null, expires_at: running.clock.now + 72 * HOUR });
  });

  test('with a key that was revoked or has expired is still its developer’s, and revives nothing', async () => {
    const running = await startPortal(database);
    const { portal, clock, issueKey, sendMessage } = running;
    const revoked = await issueKey();
    const expired = await issueKey();
    await revokeCredential(portal.ctx, portal.verifier, {
      developerId: revoked.developer_id,
      id: revoked.credential.id,
    });
    expect((await sendMessage(revoked.secret)).status).toBe(401);
    clock.now += 73 * HOUR;
    expect((await sendMessage(expired.secret)).status).toBe(401);
    expect(await stored(running)).toEqual([
      { developer_id: revoked.developer_id, call: 'POST /v1/messages 401 revoked_key null' },
      { developer_id: expired.developer_id, call: 'POST /v1/messages 401 expired_key null' },
    ]);
    expect((await sendMessage(expired.secret)).status).toBe(401);
  });

  test('beside the API is answered as the API would, and is its developer’s', async () => {
    const running = await startPortal(database);
    const { secret, developer_id } = await running.issueKey();
    const missed = await running.call('/messages', { key: secret, body: {} });
    expect(await missed.json()).toMatchObject({ status: 404, code: 'not_found' });
    await running.call('/message', { key: secret });
    await running.call('/api/v1/messages', { key: secret, body: {} });
    expect((await stored(running)).map((row) => row.call)).toEqual([
      'POST /messages 404 not_found outside_api',
      'GET /message 404 not_found outside_api',
      'POST /api/v1/messages 404 not_found outside_api',
    ]);
    expect((await stored(running)).every((row) => row.developer_id === developer_id)).toBe(true);
    expect((await running.progress(secret)).milestones.map(({ name }) => name)).toEqual(['first_attempt']);
  });

  test('belongs to nobody when nothing in it is certain, and costs no query', async () => {
    const running = await startPortal(database);
    const { secret } = await running.issueKey();
    await stored(running);
    const queries = countQueries(running.portal.ctx.db);
    const garbage = [
      '',
      'Bearer',
      'Bearer $RELAY_API_KEY',
      `Bearer ${secret.slice(0, 20)}`,
      `Bearer fc_test_${'a'.repeat(36)}`,
      `Bearer ${'a'.repeat(5_000)}`,
      `Basic ${btoa('user:password')}`,
      `Bearer …${secret.slice(-4)}`,
    ];
    for (const Authorization of garbage)
      await running.call('/v1/messages', { headers: { Authorization: encodeURI(Authorization) } });
    await running.portal.usage.flushed();
    expect(queries.take()).toEqual([]);
    expect(await stored(running)).toEqual([]);
  });

  test('is noted so often and no oftener', async () => {
    const running = await startPortal(database);
    const { secret } = await running.issueKey();
    for (let i = 0; i < 30; i += 1)
      await running.call('/v1/me', { headers: { Authorization: `Bearer "${secret}"` } });
    expect(await stored(running)).toHaveLength(20);
    expect((await running.sendMessage(secret)).status).toBe(201);
  });

  test('is told to the page that comes back to it, until a call has succeeded', async () => {
    const running = await startPortal(database);
    const { secret, cookie } = await running.issueKey();
    await running.call('/v1/me', { headers: { Authorization: secret } });
    await stored(running);
    const missed = await eventsOf(running, cookie);
    expect(missed).toContain('event: missed');
    expect(missed).toContain('"error_code":"missing_bearer"');
    expect(missed).toContain('"clue":"no_bearer"');
    await running.sendMessage(secret);
    await running.portal.usage.flushed();
    expect(await eventsOf(running, cookie)).not.toContain('event: missed');
  });
});

/** What a page hears in the first moment. */
async function eventsOf({ call }: TestPortal, cookie: string): Promise<string> {
  const response = await call('/api/progress/stream', { cookie });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const until = Date.now() + 150;
  let text = '';
  while (Date.now() < until) {
    const rest = new Promise<undefined>((resolve) => setTimeout(resolve, until - Date.now()));
    text += (await Promise.race([reader?.read(), rest]))?.value ?? '';
  }
  await reader?.cancel();
  return text;
}

function mistype(key: string, at: number): string {
  return key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1);
}
