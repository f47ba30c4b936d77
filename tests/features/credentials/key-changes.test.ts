import { sql } from 'kysely';
import { describe, expect, inject, onTestFinished, test, vi } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { markRevoked } from '../../../src/features/credentials/credential-store.ts';
import { issueCredential } from '../../../src/features/credentials/issue-credential.ts';
import { revokeCredential } from '../../../src/features/credentials/revoke-credential.ts';
import { rollKey } from '../../../src/features/credentials/roll-key.ts';
import { createRootKey, revokeRootKey } from '../../../src/features/credentials/root-keys.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal, type Portal } from '../../../src/portal.ts';
import { countQueries } from '../../support/count-queries.ts';
import { openLink } from '../../support/cuttable-link.ts';
import { newDatabase } from '../../support/database.ts';
import { startFleet } from '../../support/fleet.ts';

const PROCESSES = 4;
const REVOCATIONS = 25;
const WITHIN_MS = 1_000;

/** A database, and portals on it that close with the test. */
async function onPostgres() {
  const data = await newDatabase('Postgres');
  onTestFinished(() => data.drop());
  const open = async (env: Record<string, string> = {}) => {
    const portal = await openPortal({
      config: parseConfig({ LOG_LEVEL: 'silent', ...data.env, ...env }),
      log: createLog('silent'),
    });
    onTestFinished(() => portal.close());
    return portal;
  };
  return { env: data.env, url: data.env.DATABASE_URL ?? '', open };
}

const issue = ({ ctx, verifier }: Portal) =>
  issueCredential(ctx, verifier, { developerId: null, origin: 'own_machine', pageAgeMs: undefined });
const revoke = ({ ctx, verifier }: Portal, { credential, developer_id }: Awaited<ReturnType<typeof issue>>) =>
  revokeCredential(ctx, verifier, { developerId: developer_id, id: credential.id });

/** What this portal says of a key, and whether it had to ask. */
async function judge({ verifier }: Portal, secret: string) {
  const answer = verifier.verify(secret);
  const asked = answer instanceof Promise;
  const verification = await answer;
  return { code: verification.valid ? 'valid' : verification.code, asked };
}

describe.skipIf(inject('postgresUrl') === null)('several processes on Postgres', () => {
  test(`a key that one process revokes is refused by ${PROCESSES} others within a second, and for good`, async () => {
    const { env, open } = await onPostgres();
    const here = await open();
    const fleet = await startFleet(PROCESSES, { DATABASE_URL: '', ...env });
    onTestFinished(() => fleet.stop());
    const keys = await Promise.all(Array.from({ length: REVOCATIONS }, () => issue(here)));
    const ask = (status: number) =>
      Promise.all(
        fleet.members.flatMap((member) =>
          keys.map(async ({ secret }) => expect(await member.statusOf(secret)).toBe(status)),
        ),
      );
    await ask(200);
    for (const key of keys) {
      await revoke(here, key);
      const waited = await Promise.all(fleet.members.map((member) => member.refusalOf(key.secret)));
      expect(Math.max(...waited)).toBeLessThan(WITHIN_MS);
    }
    await ask(401);
  });

  test('rolling, merging and the end of a root key are heard as well', async () => {
    const { open } = await onPostgres();
    const [here, there] = [await open(), await open()];
    const { secret, credential, developer_id } = await issue(here);
    const root = await createRootKey(here.ctx, { name: 'edge', actorId: 'dev_admin' });
    expect(await judge(there, secret)).toEqual({ code: 'valid', asked: true });
    expect(await judge(there, secret)).toEqual({ code: 'valid', asked: false });
    expect(await there.rootKeys.verify(root.secret)).toMatchObject({ valid: true });

    await rollKey(here.ctx, here.verifier, { developerId: developer_id, id: credential.id, overlap: 'now' });
    await vi.waitFor(async () => expect((await judge(there, secret)).code).toBe('expired_key'));
    await revokeRootKey(here.ctx, here.rootKeys, { id: root.rootKey.id, actorId: 'dev_admin' });
    await vi.waitFor(async () =>
      expect(await there.rootKeys.verify(root.secret)).toMatchObject({ code: 'revoked_key' }),
    );
  });

  test('a revocation that is rolled back is announced to nobody', async () => {
    const { open } = await onPostgres();
    const [here, there] = [await open(), await open()];
    const kept = await issue(here);
    const revoked = await issue(here);
    for (const { secret } of [kept, revoked]) await judge(there, secret);
    await here.ctx.db
      .transaction()
      .execute(async (tx) => {
        await markRevoked(tx, kept.developer_id, kept.credential.id, here.ctx.now());
        throw new Error('changed my mind');
      })
      .catch(() => {});
    await revoke(here, revoked);
    await vi.waitFor(async () => expect((await judge(there, revoked.secret)).code).toBe('revoked_key'));
    expect(await judge(there, kept.secret)).toEqual({ code: 'valid', asked: false });
  });

  test('behind a broken connection nothing is trusted that was known, and afterwards nothing that may have changed', async () => {
    const { open } = await onPostgres();
    const [here, there] = [await open(), await open()];
    const { secret } = await issue(here);
    await judge(there, secret);
    expect(await judge(there, secret)).toEqual({ code: 'valid', asked: false });
    // Only the listening connections; the others go on.
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'firstcall listener'`.execute(here.ctx.db);
    await vi.waitFor(async () => expect(await judge(there, secret)).toEqual({ code: 'valid', asked: true }));
    // It listens again before long: what was read since then is trusted.
    await vi.waitFor(async () => expect((await judge(there, secret)).asked).toBe(false), { timeout: 10_000 });
  });

  test('while the database is out of reach a known key works, a revoked one does not, a new one has to wait', async () => {
    const { open, url } = await onPostgres();
    const here = await open();
    const link = await openLink(url);
    onTestFinished(() => link.close());
    const there = await open({ DATABASE_URL: link.url });
    const [known, revoked, unknown] = [await issue(here), await issue(here), await issue(here)];
    for (const { secret } of [known, revoked]) await judge(there, secret);
    await revoke(here, revoked);
    await vi.waitFor(async () => expect((await judge(there, revoked.secret)).code).toBe('revoked_key'));

    link.cut();
    await vi.waitFor(async () =>
      expect(await judge(there, known.secret)).toMatchObject({ code: 'valid', asked: true }),
    );
    expect(await judge(there, known.secret)).toMatchObject({ code: 'valid' });
    expect((await judge(there, revoked.secret)).code).toBe('revoked_key');
    await expect(judge(there, unknown.secret)).rejects.toThrow();
    await revoke(here, known);

    link.mend();
    await vi.waitFor(async () => expect((await judge(there, known.secret)).code).toBe('revoked_key'), {
      timeout: 10_000,
    });
    expect((await judge(there, unknown.secret)).code).toBe('valid');
  });

  test('a connection that is dead without saying so is noticed by its silence', async () => {
    const { open, url } = await onPostgres();
    const here = await open();
    const link = await openLink(url);
    onTestFinished(() => link.close());
    const there = await open({ DATABASE_URL: link.url });
    const { secret } = await issue(here);
    await judge(there, secret);
    expect(await judge(there, secret)).toEqual({ code: 'valid', asked: false });
    link.freeze();
    // No packet says that the link is gone, and still the key has to be asked about again before long.
    await vi.waitFor(
      () => {
        const answer = there.verifier.verify(secret);
        expect(answer).toBeInstanceOf(Promise);
        if (answer instanceof Promise) answer.catch(() => {});
      },
      { timeout: 5_000 },
    );
    link.mend();
  });

  test('a hot key costs no query while announcements arrive', async () => {
    const { open } = await onPostgres();
    const [here, there] = [await open(), await open()];
    const hot = await issue(here);
    await judge(there, hot.secret);
    const queries = countQueries(there.ctx.db);
    for (let n = 0; n < 5; n += 1) await revoke(here, await issue(here));
    expect(await judge(there, hot.secret)).toEqual({ code: 'valid', asked: false });
    expect(queries.take()).toEqual([]);
  });
});
