import { expect, test } from 'vitest';
import { generateKey } from '../../src/features/credentials/key-format.ts';
import { revokeCredential } from '../../src/features/credentials/revoke-credential.ts';
import { countQueries } from '../support/count-queries.ts';
import { onEachDatabase } from '../support/database.ts';
import { startPortal } from '../support/portal.ts';

const UNKNOWN = generateKey('fc', 'test');

onEachDatabase('the gateway', (database) => {
  test.each([
    ['nothing', {}, 'missing_key', 'The Authorization header is missing'],
    ['a key without Bearer', { Authorization: UNKNOWN }, 'missing_bearer', 'The word Bearer is missing'],
    ['Basic', { Authorization: 'Basic dXNlcjpwYXNz' }, 'missing_bearer', 'begins with "Basic"'],
    ['Bearer and nothing', { Authorization: 'Bearer ' }, 'missing_key', 'there is no key'],
    ['Bearer twice', { Authorization: `Bearer Bearer ${UNKNOWN}` }, 'malformed_key', 'stands there twice'],
    ['quotation marks', { Authorization: `Bearer "${UNKNOWN}"` }, 'malformed_key', 'quotation marks'],
    [
      'a variable nobody replaced',
      { Authorization: 'Bearer $RELAY_API_KEY' },
      'placeholder_key',
      'placeholder',
    ],
    ['the words of the docs', { Authorization: 'Bearer YOUR_API_KEY' }, 'placeholder_key', 'placeholder'],
    [
      'a key of something else',
      { Authorization: 'Bearer sk_live_123' },
      'malformed_key',
      'begin with fc_test_',
    ],
    ['half a key', { Authorization: `Bearer ${UNKNOWN.slice(0, 20)}` }, 'malformed_key', 'cut off'],
    ['a mistyped key', { Authorization: `Bearer ${mistype(UNKNOWN)}` }, 'malformed_key', 'typing error'],
    ['a key nobody has', { Authorization: `Bearer ${UNKNOWN}` }, 'unknown_key', 'There is no such key'],
    ['another header', { 'X-API-Key': UNKNOWN }, 'missing_key', 'in the header x-api-key'],
    [
      '10,000 characters',
      { Authorization: `Bearer ${'a'.repeat(10_000)}` },
      'malformed_key',
      'begin with fc_test_',
    ],
  ])('%s as a key is a 401 that says what is wrong and where to get one', async (_, headers, code, words) => {
    const { url, call } = await startPortal(database);
    const response = await call('/v1/messages', { headers });
    const problem = await response.json();
    expect(problem).toMatchObject({ status: 401, code, type: `${url}/guides/errors/#${code}` });
    expect(problem.detail).toContain(words);
    expect(problem.detail).toContain(`POST ${url}/api/credentials`);
    expect(problem).toMatchObject({
      docs_url: `${url}/quickstart/`,
      onboarding_url: `${url}/.well-known/api-onboarding`,
    });
    expect(problem.request_id).toBe(response.headers.get('x-request-id'));
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer realm="fc"(, error="invalid_token")?, resource_metadata="http:[^"]+\/v1"$/,
    );
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(problem)).not.toContain(UNKNOWN.slice(8, 30));
  });

  test('a key in the address is refused, with the reason', async () => {
    const { call, issueKey } = await startPortal(database);
    const { secret } = await issueKey();
    const response = await call(`/v1/messages?api_key=${secret}`, { key: secret });
    expect(await response.json()).toMatchObject({ status: 401, code: 'key_in_query' });
  });

  test('garbage and hot keys cost no query', async () => {
    const { call, issueKey, sendMessage, portal } = await startPortal(database);
    const { secret } = await issueKey();
    await sendMessage(secret);
    await portal.usage.flushed();
    const queries = countQueries(portal.ctx.db);
    for (let i = 0; i < 5; i += 1) {
      await call('/v1/me', { headers: { Authorization: `Bearer garbage${i}` } });
      await call('/v1/me', { headers: { Authorization: `Bearer ${mistype(secret)}` } });
    }
    expect(queries.take()).toEqual([]);
    for (let i = 0; i < 5; i += 1) await call('/v1/me', { key: secret });
    await portal.usage.flushed();
    expect(queries.take().filter((sql) => /select .* from "credential"/.test(sql))).toEqual([]);
  });

  test('a revoked key stops working at once, also when it was hot', async () => {
    const { issueKey, sendMessage, portal } = await startPortal(database);
    const { secret, credential, developer_id } = await issueKey();
    expect((await sendMessage(secret)).status).toBe(201);
    await revokeCredential(portal.ctx, portal.verifier, { developerId: developer_id, id: credential.id });
    expect(await (await sendMessage(secret)).json()).toMatchObject({ status: 401, code: 'revoked_key' });
  });

  test('a key is held to its rate and told when to go on', async () => {
    const { clock, call, issueKey } = await startPortal(database, { env: { RATE_LIMIT_PER_SECOND: '2' } });
    const { secret } = await issueKey();
    for (let left = 3; left >= 0; left -= 1) {
      const response = await call('/v1/openapi', { key: secret });
      expect(response.status).toBe(404);
      expect(response.headers.get('ratelimit-policy')).toBe('"key";q=4;w=2');
      expect(response.headers.get('ratelimit')).toMatch(`"key";r=${left};`);
    }
    const refused = await call('/v1/openapi', { key: secret });
    expect(await refused.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(refused.headers.get('retry-after')).toBe('1');
    clock.now += 1_000;
    expect((await call('/v1/openapi', { key: secret })).status).toBe(404);
  });

  test('any site may call with a key, and no cookie is ever taken for one', async () => {
    const { call, issueKey } = await startPortal(database);
    const preflight = await call('/v1/messages', {
      method: 'OPTIONS',
      headers: {
        Origin: 'https://elsewhere.example',
        'Access-Control-Request-Method': 'POST',
        'Access-Control-Request-Headers': 'authorization, content-type',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-headers')).toBe('authorization, content-type');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();

    const { cookie } = await issueKey('sandbox');
    expect((await call('/v1/messages', { cookie })).status).toBe(401);
  });

  test('the API learns who calls from the gateway and from nobody else', async () => {
    const { call, issueKey, sendMessage } = await startPortal(database);
    const ada = await issueKey();
    const eve = await issueKey();
    await sendMessage(ada.secret);
    const spoofed = { 'X-Consumer-Id': ada.developer_id, 'X-Consumer-Environment': 'live' };
    const seen = await (await call('/v1/messages', { key: eve.secret, headers: spoofed })).json();
    expect(seen.data).toEqual([]);
  });

  test('the document of the API needs no key', async () => {
    const { call } = await startPortal(database);
    expect(await (await call('/v1/openapi.json')).json()).toMatchObject({ openapi: '3.1.0' });
  });
});

/** The same length, one character off. */
function mistype(key: string): string {
  const at = key.length - 10;
  return key.slice(0, at) + (key[at] === 'A' ? 'B' : 'A') + key.slice(at + 1);
}
