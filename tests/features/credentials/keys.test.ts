import { expect, test } from 'vitest';
import { enter } from '../../../src/features/claims/enter.ts';
import { type CreateKey, createKey } from '../../../src/features/credentials/create-key.ts';
import { listKeys } from '../../../src/features/credentials/list-keys.ts';
import { revealKey } from '../../../src/features/credentials/reveal-key.ts';
import { revokeCredential } from '../../../src/features/credentials/revoke-credential.ts';
import { rollKey } from '../../../src/features/credentials/roll-key.ts';
import { type DatabaseName, onEachDatabase } from '../../support/database.ts';
import { HOUR, NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const MINUTE = 60_000;
const ADA = { issuer: 'email', subject: 'ada@example.com', label: 'ada@example.com' };
const BOB = { issuer: 'https://id.example', subject: '4711', label: 'Bob' };

async function signedIn(database: DatabaseName, proof = ADA, env: Record<string, string> = {}) {
  const at = await startPortal(database, { env });
  const { developerId } = await enter(at.portal, proof, { cookies: null, client: null });
  return { at, developerId, make: maker(at, { developerId, claimed: true }) };
}

function maker({ portal }: TestPortal, owner: Pick<CreateKey, 'developerId' | 'claimed'>) {
  return (wanted: Partial<CreateKey> = {}) =>
    createKey(portal.ctx, portal.verifier, {
      ...owner,
      environment: 'test',
      name: null,
      expiresInDays: null,
      scopes: null,
      networks: '',
      ...wanted,
    });
}

const statusOf = async ({ call }: TestPortal, key: string) => (await call('/v1/me', { key })).status;
const codeOf = async ({ call }: TestPortal, key: string) =>
  (await (await call('/v1/me', { key })).json()).code;

async function auditOf({ portal }: TestPortal, developerId: string) {
  const rows = await portal.ctx.db
    .selectFrom('audit')
    .selectAll()
    .where('developer_id', '=', developerId)
    .where('action', 'like', 'key.%')
    .orderBy('id')
    .execute();
  return rows.map(({ action, target, actor_id, detail }) => ({
    action,
    target,
    actor_id,
    detail: JSON.parse(detail) as unknown,
  }));
}

onEachDatabase('creating a key', (database) => {
  test('asks for nothing, and the key of somebody who signed up stays', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { secret, credential } = await make();
    expect(secret).toMatch(/^fc_test_[0-9A-Za-z]{36}$/);
    expect(credential).toMatchObject({ environment: 'test', origin: 'own_machine', expires_at: null });
    at.clock.now += 1_000 * 24 * HOUR;
    expect(await statusOf(at, secret)).toBe(200);
    expect(await auditOf(at, developerId)).toMatchObject([
      { action: 'key.created', target: credential.id, actor_id: developerId },
    ]);
  });

  test('takes a name, an end, scopes and networks, and the list shows them', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { credential } = await make({
      name: 'nightly import',
      expiresInDays: 30,
      scopes: ['read'],
      networks: '203.0.113.0/24\n198.51.100.7',
    });
    expect((await listKeys(at.portal.ctx, developerId)).keys).toEqual([
      {
        id: credential.id,
        name: 'nightly import',
        environment: 'test',
        origin: 'own_machine',
        hint: credential.hint,
        state: 'works',
        createdAt: NOON,
        endsAt: NOON + 30 * 24 * HOUR,
        firstUsedAt: null,
        lastUsedAt: null,
        scopes: ['read'],
        networks: ['203.0.113.0/24', '198.51.100.7/32'],
        shownAgain: true,
      },
    ]);
  });

  test.each<[string, Partial<CreateKey>, string]>([
    ['a network that is none', { networks: '10.0.0.0/33' }, '“10.0.0.0/33” is no network'],
    ['a scope that nobody has heard of', { scopes: ['read', 'everything'] }, 'out of: read, write'],
    ['no scope at all', { scopes: [] }, 'needs at least one scope'],
  ])('refuses %s, and makes nothing', async (_, wanted, words) => {
    const { at, developerId, make } = await signedIn(database);
    await expect(make(wanted)).rejects.toMatchObject({
      code: 'invalid_request',
      message: expect.stringContaining(words),
    });
    expect((await listKeys(at.portal.ctx, developerId)).keys).toEqual([]);
  });

  test('gives a live key to whoever has shown that a mailbox is theirs', async () => {
    const { at, make } = await signedIn(database);
    const { secret, credential } = await make({ environment: 'live' });
    expect(secret).toMatch(/^fc_live_/);
    expect(credential.environment).toBe('live');
    expect(await statusOf(at, secret)).toBe(200);
    const row = await at.portal.ctx.db.selectFrom('credential').select('sealed_secret').executeTakeFirst();
    expect(row).toEqual({ sealed_secret: null });
  });

  test('gives no live key to an anonymous developer, nor to one without a verified address', async () => {
    const { at, make } = await signedIn(database, BOB);
    await expect(make({ environment: 'live' })).rejects.toMatchObject({ status: 403, code: 'email_needed' });
    const { developer_id } = await at.issueKey();
    const anonymous = maker(at, { developerId: developer_id, claimed: false });
    await expect(anonymous({ environment: 'live' })).rejects.toMatchObject({ code: 'email_needed' });
    expect(await anonymous()).toMatchObject({ developer_id });
  });

  test('has an end: so many in an hour, and so many at once', async () => {
    const { at, make } = await signedIn(database, ADA, { KEYS_PER_HOUR: '60' });
    for (let n = 0; n < 60; n += 1) await make();
    await expect(make()).rejects.toMatchObject({ status: 429, code: 'rate_limited' });
    at.clock.now += HOUR;
    for (let n = 0; n < 40; n += 1) await make();
    await expect(make()).rejects.toMatchObject({ status: 409, code: 'too_many_keys' });
  });

  test('a key that somebody took away and keeps is never revoked to make room', async () => {
    const { at, developerId, make } = await signedIn(database);
    const first = await make();
    for (let n = 0; n < 25; n += 1) await make();
    expect((await listKeys(at.portal.ctx, developerId)).keys).toHaveLength(26);
    expect(await statusOf(at, first.secret)).toBe(200);
  });
});

onEachDatabase('showing a key again', (database) => {
  test('gives a test key back to its owner, and notes it', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { secret, credential } = await make();
    expect(await revealKey(at.portal.ctx, { developerId, id: credential.id })).toBe(secret);
    expect((await auditOf(at, developerId)).at(-1)).toMatchObject({
      action: 'key.revealed',
      target: credential.id,
    });
  });

  test('keeps no secret in the clear, anywhere in the database', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { secret, credential } = await make();
    await revealKey(at.portal.ctx, { developerId, id: credential.id });
    await at.call('/v1/me', { key: secret });
    await at.portal.usage.flushed();
    const { db } = at.portal.ctx;
    for (const { name } of await db.introspection.getTables()) {
      const rows = await db
        .selectFrom(name as 'credential')
        .selectAll()
        .execute();
      expect(JSON.stringify(rows)).not.toContain(secret.slice(8, 40));
    }
  });

  test('is for nobody else, for no live key, and for none that has ended', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { ctx, verifier } = at.portal;
    const { credential } = await make();
    const other = await at.issueKey();
    await expect(
      revealKey(ctx, { developerId: other.developer_id, id: credential.id }),
    ).rejects.toMatchObject({ status: 404 });
    const live = await make({ environment: 'live' });
    await expect(revealKey(ctx, { developerId, id: live.credential.id })).rejects.toMatchObject({
      code: 'not_shown_again',
    });
    await revokeCredential(ctx, verifier, { developerId, id: credential.id });
    await expect(revealKey(ctx, { developerId, id: credential.id })).rejects.toMatchObject({
      status: 409,
      code: 'key_ended',
    });
    const shown = (await auditOf(at, developerId)).filter(({ action }) => action === 'key.revealed');
    expect(shown).toEqual([]);
  });

  test('is not for a page’s own key, which was never kept', async () => {
    const { portal, issueKey } = await startPortal(database);
    const { developer_id, credential } = await issueKey('sandbox');
    await expect(
      revealKey(portal.ctx, { developerId: developer_id, id: credential.id }),
    ).rejects.toMatchObject({ code: 'not_shown_again' });
  });
});

onEachDatabase('rolling a key', (database) => {
  test('lets both work for a day, with the same rights, then only the new one', async () => {
    const { at, developerId, make } = await signedIn(database);
    const old = await make({ name: 'deploy', scopes: ['read'], networks: '127.0.0.0/8' });
    expect(await statusOf(at, old.secret)).toBe(200);
    const rolled = await rollKey(at.portal.ctx, at.portal.verifier, {
      developerId,
      id: old.credential.id,
      overlap: '24h',
    });
    expect(rolled.replaced).toEqual({
      id: old.credential.id,
      hint: old.credential.hint,
      endsAt: NOON + 24 * HOUR,
    });
    at.clock.now += 24 * HOUR - 1;
    expect(await statusOf(at, old.secret)).toBe(200);
    expect(await statusOf(at, rolled.secret)).toBe(200);
    at.clock.now += 1;
    const refused = await at.call('/v1/me', { key: old.secret });
    expect(await refused.json()).toMatchObject({
      code: 'expired_key',
      detail: expect.stringContaining('replaced by a newer one'),
    });
    expect(await statusOf(at, rolled.secret)).toBe(200);
    const { keys, ended } = await listKeys(at.portal.ctx, developerId);
    expect(keys).toMatchObject([
      { id: rolled.credential.id, name: 'deploy', scopes: ['read'], endsAt: null },
    ]);
    expect(ended).toMatchObject([{ id: old.credential.id, state: 'replaced' }]);
    expect((await auditOf(at, developerId)).at(-1)).toMatchObject({
      action: 'key.rolled',
      target: old.credential.id,
      detail: { to: rolled.credential.id, overlap: '24h' },
    });
  });

  test.each([
    ['now', 0],
    ['15m', 15 * MINUTE],
    ['1h', HOUR],
  ] as const)('with the overlap %s ends the old key when it says', async (overlap, ms) => {
    const { at, developerId, make } = await signedIn(database);
    const old = await make();
    await statusOf(at, old.secret);
    await rollKey(at.portal.ctx, at.portal.verifier, { developerId, id: old.credential.id, overlap });
    if (ms > 0) {
      at.clock.now += ms - 1;
      expect(await statusOf(at, old.secret)).toBe(200);
      at.clock.now += 1;
    }
    expect(await codeOf(at, old.secret)).toBe('expired_key');
  });

  test('never lets a key live longer than it would have', async () => {
    const { at, developerId, make } = await signedIn(database);
    const old = await make({ expiresInDays: 7 });
    at.clock.now += 7 * 24 * HOUR - MINUTE;
    const { replaced, credential } = await rollKey(at.portal.ctx, at.portal.verifier, {
      developerId,
      id: old.credential.id,
      overlap: '24h',
    });
    expect(replaced.endsAt).toBe(NOON + 7 * 24 * HOUR);
    expect(credential.expires_at).toBe(new Date(at.clock.now + 7 * 24 * HOUR).toISOString());
  });

  test('an anonymous developer’s old key is not extended by a later use', async () => {
    const at = await startPortal(database);
    const { secret, credential, developer_id } = await at.issueKey();
    await rollKey(at.portal.ctx, at.portal.verifier, {
      developerId: developer_id,
      id: credential.id,
      overlap: '1h',
    });
    expect(await statusOf(at, secret)).toBe(200);
    await at.portal.usage.flushed();
    at.clock.now += HOUR;
    expect(await codeOf(at, secret)).toBe('expired_key');
  });

  test('a key that was revoked, has expired or was rolled before is a conflict, and nothing changes', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { ctx, verifier } = at.portal;
    const roll = (id: string) => rollKey(ctx, verifier, { developerId, id, overlap: '24h' });
    const revoked = await make();
    await revokeCredential(ctx, verifier, { developerId, id: revoked.credential.id });
    await expect(roll(revoked.credential.id)).rejects.toMatchObject({
      status: 409,
      code: 'key_ended',
      message: expect.stringContaining('was revoked'),
    });
    const rolled = await make();
    await roll(rolled.credential.id);
    await expect(roll(rolled.credential.id)).rejects.toMatchObject({
      message: expect.stringContaining('was rolled before'),
    });
    const expired = await make({ expiresInDays: 1 });
    at.clock.now += 25 * HOUR;
    await expect(roll(expired.credential.id)).rejects.toMatchObject({
      message: expect.stringContaining('has expired'),
    });
    await expect(roll('cred_0')).rejects.toMatchObject({ status: 404 });
    expect((await listKeys(ctx, developerId)).keys).toHaveLength(1);
  });

  test('by fifty at once makes one new key', async () => {
    const { at, developerId, make } = await signedIn(database);
    const old = await make();
    const tries = await Promise.allSettled(
      Array.from({ length: 50 }, () =>
        rollKey(at.portal.ctx, at.portal.verifier, { developerId, id: old.credential.id, overlap: 'now' }),
      ),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await listKeys(at.portal.ctx, developerId)).keys).toHaveLength(1);
  });
});

onEachDatabase('revoking a key', (database) => {
  test('ends it at once and for good, with a note and without its secret', async () => {
    const { at, developerId, make } = await signedIn(database);
    const { ctx, verifier } = at.portal;
    const { secret, credential } = await make();
    expect(await statusOf(at, secret)).toBe(200);
    expect(await revokeCredential(ctx, verifier, { developerId, id: credential.id })).toBe(true);
    expect(await codeOf(at, secret)).toBe('revoked_key');
    expect(await revokeCredential(ctx, verifier, { developerId, id: credential.id })).toBe(false);
    const rows = await ctx.db.selectFrom('credential').select('sealed_secret').execute();
    expect(rows).toEqual([{ sealed_secret: null }]);
    expect((await auditOf(at, developerId)).slice(1)).toMatchObject([
      { action: 'key.revoked', target: credential.id, detail: { reason: 'asked' } },
    ]);
  });

  test('that is somebody else’s does nothing', async () => {
    const { at, make } = await signedIn(database);
    const { secret, credential } = await make();
    const other = await at.issueKey();
    const { ctx, verifier } = at.portal;
    expect(
      await revokeCredential(ctx, verifier, { developerId: other.developer_id, id: credential.id }),
    ).toBe(false);
    expect(await statusOf(at, secret)).toBe(200);
  });
});

onEachDatabase('the list of keys', (database) => {
  test('tells keys that were taken away from those of pages, and says when each was used', async () => {
    const { portal, clock, issueKey, call } = await startPortal(database);
    const { secret, cookie, developer_id, credential } = await issueKey('own_machine');
    const page = await issueKey('sandbox', cookie);
    clock.now += HOUR;
    await call('/v1/me', { key: secret });
    clock.now += HOUR;
    await call('/v1/me', { key: secret });
    await portal.usage.flushed();
    const { keys, ofPages, ended } = await listKeys(portal.ctx, developer_id);
    expect(keys).toMatchObject([
      { id: credential.id, firstUsedAt: NOON + HOUR, lastUsedAt: NOON + 2 * HOUR, state: 'works' },
    ]);
    expect(ofPages).toMatchObject([{ id: page.credential.id, shownAgain: false, lastUsedAt: null }]);
    expect(ended).toEqual([]);
  });
});
