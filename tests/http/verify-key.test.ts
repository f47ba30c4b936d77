import { expect, test } from 'vitest';
import { createKey } from '../../src/features/credentials/create-key.ts';
import { generateKey } from '../../src/features/credentials/key-format.ts';
import { listKeys } from '../../src/features/credentials/list-keys.ts';
import { revokeCredential } from '../../src/features/credentials/revoke-credential.ts';
import { createRootKey, listRootKeys, revokeRootKey } from '../../src/features/credentials/root-keys.ts';
import { callerHeaders, NOT_FORWARDED, type Upstream } from '../../src/http/upstream.ts';
import { countQueries } from '../support/count-queries.ts';
import { type DatabaseName, onEachDatabase } from '../support/database.ts';
import { HOUR, NOON, startPortal } from '../support/portal.ts';

const ADMIN = { name: 'edge gateway', actorId: 'dev_admin' };

async function start(database: DatabaseName, env: Record<string, string> = {}) {
  const at = await startPortal(database, { env });
  const { secret: root, rootKey } = await createRootKey(at.portal.ctx, ADMIN);
  const ask = (body: unknown, key = root) => at.call('/api/keys/verify', { key, body });
  const verify = async (body: unknown) => {
    const response = await ask(body);
    expect(response.status).toBe(200);
    return response.json();
  };
  return { ...at, root, rootKey, ask, verify };
}

onEachDatabase('verifying a key for another gateway', (database) => {
  test('says whose it is, what it may do, and how much of its limit is left', async () => {
    const { verify, issueKey } = await start(database);
    const { secret, credential, developer_id } = await issueKey();
    expect(await verify({ key: secret })).toEqual({
      valid: true,
      code: 'valid',
      key: {
        id: credential.id,
        developer_id,
        environment: 'test',
        origin: 'own_machine',
        scopes: null,
        expires_at: credential.expires_at,
      },
      missing_scopes: [],
      rate_limit: { limit: 40, window_s: 2, remaining: 39, reset_s: 1 },
    });
  });

  test('answers the first thing that is wrong, in this order', async () => {
    const { verify, issueKey, portal, clock } = await start(database, { RATE_LIMIT_PER_SECOND: '1' });
    const { developer_id } = await issueKey();
    const make = (networks: string, scopes: string[] | null, expiresInDays: number | null = null) =>
      createKey(portal.ctx, portal.verifier, {
        developerId: developer_id,
        claimed: false,
        environment: 'test',
        name: null,
        expiresInDays,
        scopes,
        networks,
      });
    const outside = { address: '198.51.100.1', scopes: ['write'] };
    const limited = await make('203.0.113.0/24', ['read'], 1);

    expect(await verify({ key: 'fc_test_no', ...outside })).toMatchObject({
      valid: false,
      code: 'malformed_key',
      key: null,
      rate_limit: null,
    });
    expect(await verify({ key: generateKey('fc', 'live'), ...outside })).toMatchObject({
      valid: false,
      code: 'unknown_key',
      key: null,
    });
    expect(await verify({ key: limited.secret, ...outside })).toMatchObject({
      code: 'wrong_network',
      key: { id: limited.credential.id, scopes: ['read'] },
      rate_limit: null,
    });
    expect(await verify({ key: limited.secret, scopes: ['read'] })).toMatchObject({ code: 'wrong_network' });
    const inside = { key: limited.secret, address: '203.0.113.9' };
    expect(await verify({ ...inside, scopes: ['read', 'write'] })).toMatchObject({
      code: 'insufficient_scope',
      missing_scopes: ['write'],
      rate_limit: null,
    });
    expect(await verify({ ...inside, scopes: ['read'] })).toMatchObject({ code: 'valid' });
    expect(await verify(inside)).toMatchObject({ code: 'valid', rate_limit: { remaining: 0 } });
    expect(await verify(inside)).toMatchObject({
      valid: false,
      code: 'rate_limited',
      rate_limit: { limit: 2, window_s: 2, remaining: 0, reset_s: 1 },
    });
    expect(await verify({ ...inside, address: '198.51.100.1' })).toMatchObject({ code: 'wrong_network' });

    clock.now += 24 * HOUR;
    expect(await verify({ key: limited.secret, ...outside })).toMatchObject({ code: 'expired_key' });
    const { id } = limited.credential;
    await revokeCredential(portal.ctx, portal.verifier, { developerId: developer_id, id });
    expect(await verify({ key: limited.secret, ...outside })).toMatchObject({ code: 'revoked_key' });
  });

  test('counts against the same limit as a call through the gateway', async () => {
    const { verify, issueKey, call } = await start(database, { RATE_LIMIT_PER_SECOND: '1' });
    const { secret } = await issueKey();
    await verify({ key: secret });
    await verify({ key: secret });
    expect((await call('/v1/me', { key: secret })).status).toBe(429);
  });

  test('is a use of the key: it is noted, and a key nobody signed up for lives on', async () => {
    const { verify, issueKey, portal, clock } = await start(database);
    const { secret, developer_id } = await issueKey();
    clock.now += HOUR;
    await verify({ key: secret });
    clock.now += 1_000;
    await verify({ key: secret });
    await verify({ key: secret, address: '192.0.2.1', scopes: ['read'] });
    await portal.keyUses.flushed();
    expect((await listKeys(portal.ctx, developer_id)).keys).toMatchObject([
      { firstUsedAt: NOON + HOUR, lastUsedAt: NOON + HOUR + 1_000, endsAt: NOON + 14 * 24 * HOUR },
    ]);
    clock.now += 100 * HOUR;
    expect(await verify({ key: secret })).toMatchObject({ valid: true });
  });

  test('costs no query for a key and a root key that were seen lately, nor for garbage', async () => {
    const { verify, issueKey, portal } = await start(database);
    const { secret } = await issueKey();
    await verify({ key: secret });
    await portal.keyUses.flushed();
    const queries = countQueries(portal.ctx.db);
    for (let n = 0; n < 5; n += 1) {
      await verify({ key: secret });
      await verify({ key: `garbage${n}` });
    }
    expect(queries.take()).toEqual([]);
  });

  test.each<[string, unknown, string]>([
    ['no key', {}, 'key'],
    ['a key that is none', { key: 7 }, 'key'],
    ['a novel for a key', { key: 'x'.repeat(513) }, 'key'],
    ['an address that is none', { key: 'x', address: 'localhost' }, 'address'],
    ['scopes that are no list', { key: 'x', scopes: 'read' }, 'scopes'],
    ['a field that nobody reads', { key: 'x', ip: '192.0.2.1' }, 'ip'],
  ])('refuses %s, and names the field', async (_, body, field) => {
    const { ask } = await start(database);
    const response = await ask(body);
    expect(response.status).toBe(422);
    expect((await response.json()).detail).toContain(field);
  });
});

onEachDatabase('a root key', (database) => {
  test('has a beginning of its own, is listed without its secret, and has its uses noted', async () => {
    const { root, rootKey, verify, portal } = await start(database);
    expect(root).toMatch(/^fc_root_[0-9A-Za-z]{36}$/);
    await verify({ key: 'x' });
    const listed = await listRootKeys(portal.ctx);
    expect(listed).toEqual([{ ...rootKey, lastUsedAt: NOON }]);
    expect(JSON.stringify(listed)).not.toContain(root.slice(8, 40));
  });

  test('is asked for before the question is read, and a cookie is none', async () => {
    const { call, ask, issueKey } = await start(database);
    const { secret, cookie } = await issueKey();
    const bare = await call('/api/keys/verify', { body: '{' });
    expect(await bare.json()).toMatchObject({ status: 401, code: 'missing_key' });
    expect(bare.headers.get('www-authenticate')).toContain('Bearer');
    expect((await call('/api/keys/verify', { body: { key: secret }, cookie })).status).toBe(401);
    const wrong: [string, string][] = [
      [secret, 'malformed_key'],
      ['x', 'malformed_key'],
      [generateKey('fc', 'root'), 'unknown_key'],
    ];
    for (const [key, code] of wrong) {
      const refused = await ask({ key: secret }, key);
      expect(await refused.json()).toMatchObject({ status: 401, code });
    }
  });

  test('opens nothing else', async () => {
    const { call, root } = await start(database);
    expect((await call('/v1/me', { key: root })).status).toBe(401);
    expect((await call('/api/progress', { key: root })).status).toBe(401);
  });

  test('ends when it is revoked, at once and once, with a note', async () => {
    const { ask, rootKey, portal } = await start(database);
    expect((await ask({ key: 'x' })).status).toBe(200);
    const { ctx, rootKeys } = portal;
    expect(await revokeRootKey(ctx, rootKeys, { id: rootKey.id, actorId: 'dev_admin' })).toBe(true);
    expect(await (await ask({ key: 'x' })).json()).toMatchObject({ status: 401, code: 'revoked_key' });
    expect(await revokeRootKey(ctx, rootKeys, { id: rootKey.id, actorId: 'dev_admin' })).toBe(false);
    const audit = await ctx.db.selectFrom('audit').select(['action', 'target']).orderBy('id').execute();
    expect(audit).toEqual([
      { action: 'root_key.created', target: rootKey.id },
      { action: 'root_key.revoked', target: rootKey.id },
    ]);
  });
});

onEachDatabase('a limited key at the gateway', (database) => {
  async function limited(
    networks: string,
    scopes: string[] | null,
    env: Record<string, string> = {},
    upstream?: () => Upstream,
  ) {
    const at = await startPortal(database, {
      env: { TRUST_PROXY: 'true', ...env },
      ...(upstream && { upstream }),
    });
    const { developer_id } = await at.issueKey();
    const { secret } = await createKey(at.portal.ctx, at.portal.verifier, {
      developerId: developer_id,
      claimed: false,
      environment: 'test',
      name: null,
      expiresInDays: null,
      scopes,
      networks,
    });
    const from = (address: string) => ({ headers: { 'X-Forwarded-For': address } });
    return { ...at, secret, from, developer_id };
  }

  test('works from its networks, and from elsewhere is an attempt that keeps nothing alive', async () => {
    const { call, secret, from, portal, developer_id } = await limited('203.0.113.0/24 2001:db8::/32', null);
    const refused = await call('/v1/me', { key: secret, ...from('198.51.100.1') });
    expect(await refused.json()).toMatchObject({ status: 403, code: 'wrong_network' });
    await portal.usage.flushed();
    expect((await listKeys(portal.ctx, developer_id)).keys[0]).toMatchObject({ lastUsedAt: null });
    for (const address of ['203.0.113.77', '::ffff:203.0.113.77', '2001:db8::1']) {
      expect((await call('/v1/me', { key: secret, ...from(address) })).status).toBe(200);
    }
  });

  test('reads with the scope read, writes with the scope write, and is told which one is missing', async () => {
    const { call, secret, sendMessage } = await limited('', ['read']);
    expect((await call('/v1/me', { key: secret })).status).toBe(200);
    const refused = await sendMessage(secret);
    expect(await refused.json()).toMatchObject({ status: 403, code: 'insufficient_scope' });
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope", scope="write"');
  });

  test('tells the API what it may do, whatever the caller claims', async () => {
    const heard: string[] = [];
    const upstream: Upstream = {
      description: 'a listener',
      forward: (_, res, call) => {
        heard.push(callerHeaders(call).find(([name]) => name === 'X-Consumer-Scopes')?.[1] ?? '');
        res.end();
      },
      inbox: null,
      close: async () => {},
    };
    const { call, secret, issueKey } = await limited('', ['read'], {}, () => upstream);
    await call('/v1/me', { key: secret, headers: { 'X-Consumer-Scopes': '*' } });
    await call('/v1/me', { key: (await issueKey()).secret });
    expect(heard).toEqual(['read', '*']);
    expect(NOT_FORWARDED.has('x-consumer-scopes')).toBe(true);
  });

  test('is asked for no scope that the API does not have', async () => {
    const { secret, sendMessage } = await limited('', ['messages:send'], { KEY_SCOPES: 'messages:send' });
    expect((await sendMessage(secret)).status).toBe(201);
  });
});
