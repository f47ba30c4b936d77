import { execFile } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import * as firstCall from '../../../src/db/migrations/0001_first_call.ts';
import * as clues from '../../../src/db/migrations/0002_clues.ts';
import { connect } from '../../../src/db/open.ts';
import { issueCredential } from '../../../src/features/credentials/issue-credential.ts';
import { makeBackup } from '../../../src/features/operations/backup.ts';
import { readManifest, weigh } from '../../../src/features/operations/backup-manifest.ts';
import { restoreBackup } from '../../../src/features/operations/restore.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal, type Portal } from '../../../src/portal.ts';
import { type DatabaseName, emptyDatabase, newDatabase, onEachDatabase } from '../../support/database.ts';
import { NOON } from '../../support/portal.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const configOf = (env: Record<string, string>) => parseConfig({ LOG_LEVEL: 'silent', ...env });

async function open(env: Record<string, string>): Promise<Portal> {
  const portal = await openPortal({ config: configOf(env), log: createLog('silent') });
  onTestFinished(() => portal.close());
  return portal;
}

const issue = ({ ctx, verifier }: Portal) =>
  issueCredential(ctx, verifier, { developerId: null, origin: 'own_machine', pageAgeMs: undefined });
const verify = async ({ verifier }: Portal, key: string) => (await verifier.verify(key)).valid;

async function portalWithKeys(database: DatabaseName) {
  const data = await newDatabase(database);
  onTestFinished(() => data.drop());
  const portal = await open(data.env);
  return { env: data.env, portal, keys: [await issue(portal), await issue(portal)] };
}

async function elsewhere(database: DatabaseName): Promise<Record<string, string>> {
  const data = await emptyDatabase(database);
  onTestFinished(() => data.drop());
  return data.env;
}

const save = (env: Record<string, string>, folder: string, force = false) =>
  makeBackup(configOf(env), { folder, force, now: NOON });
const restore = (env: Record<string, string>, folder: string, force = false) =>
  restoreBackup(configOf(env), { folder, force });

onEachDatabase('a backup', (database) => {
  test('is taken while the portal runs, and brings keys and secrets back elsewhere', async () => {
    const { env, portal, keys } = await portalWithKeys(database);
    const folder = join(newFolder(), 'new');
    const writing = Promise.all(Array.from({ length: 20 }, () => issue(portal)));
    const manifest = await save(env, folder);
    await writing;
    expect(manifest).toMatchObject({
      made_at: '2026-11-21T12:00:00.000Z',
      database: database === 'SQLite' ? 'sqlite' : 'postgres',
      files: { 'secret.key': { bytes: 43 } },
    });

    const there = await elsewhere(database);
    await restore(there, folder);
    const restored = await open(there);
    for (const { secret } of keys) expect(await verify(restored, secret)).toBe(true);
    const rows = await restored.ctx.db.selectFrom('credential').select(['id', 'sealed_secret']).execute();
    expect(rows).toHaveLength(manifest.rows.credential ?? 0);
    const [key] = keys;
    const sealed = rows.find(({ id }) => id === key?.credential.id)?.sealed_secret ?? '';
    expect(restored.ctx.seal.open(sealed, key?.credential.id ?? '')).toBe(key?.secret);
  });

  test('replaces another only when that is asked for', async () => {
    const { env, portal, keys } = await portalWithKeys(database);
    const folder = newFolder();
    await save(env, folder);
    const later = await issue(portal);
    await expect(save(env, folder)).rejects.toThrow(/There is a backup in .* already\. .*--force/);
    await save(env, folder, true);
    await portal.close();

    const there = await elsewhere(database);
    const other = await open(there);
    const lost = await issue(other);
    await expect(restore(there, folder)).rejects.toThrow(/--force/);
    await expect(restore(there, folder, true)).rejects.toThrow(/Stop (it|all of them) first/);
    await other.close();
    await restore(there, folder, true);
    const restored = await open(there);
    expect(await verify(restored, keys[0]?.secret ?? '')).toBe(true);
    expect(await verify(restored, later.secret)).toBe(true);
    expect(await verify(restored, lost.secret)).toBe(false);
  });

  test('that is damaged, unfinished or too new is refused before anything is changed', async () => {
    const { env, portal } = await portalWithKeys(database);
    const folder = newFolder();
    await save(env, folder);
    await portal.close();
    const there = await elsewhere(database);
    const manifest = readFileSync(join(folder, 'manifest.json'), 'utf8');

    writeFileSync(join(folder, 'manifest.json'), manifest.replace('0001_first_call', '9999_flying_cars'));
    await expect(restore(there, folder)).rejects.toThrow(/newer version .* 9999_flying_cars/);
    writeFileSync(join(folder, 'manifest.json'), manifest);
    appendFileSync(join(folder, database === 'SQLite' ? 'firstcall.db' : 'firstcall.dump'), 'x');
    await expect(restore(there, folder)).rejects.toThrow(/The backup is damaged: .* is not what was written/);
    rmSync(join(folder, 'secret.key'));
    await expect(restore(there, folder)).rejects.toThrow(/damaged|secret\.key is missing/);
    rmSync(join(folder, 'manifest.json'));
    await expect(restore(there, folder)).rejects.toThrow(/There is no finished backup in/);
    expect(existsSync(join(there.DATA_DIR ?? '', 'secret.key'))).toBe(false);
    expect(existsSync(join(there.DATA_DIR ?? '', 'firstcall.db'))).toBe(false);
  });

  test('of an older portal, restored over a newer one, is brought up to date by the next start', async () => {
    const old = await elsewhere(database);
    const config = configOf(old);
    const db = connect(config, createLog('silent')).db;
    const provider = { getMigrations: async () => ({ '0001_first_call': firstCall, '0002_clues': clues }) };
    expect((await new Migrator({ db, provider }).migrateToLatest()).error).toBeUndefined();
    await sql`insert into developer (id, created_at, role) values ('dev_old', 1, 'developer')`.execute(db);
    await db.destroy();
    const folder = newFolder();
    expect((await save(old, folder)).migrations).toEqual(['0001_first_call', '0002_clues']);

    const { env, portal } = await portalWithKeys(database);
    await portal.close();
    await restore(env, folder, true);
    const restored = await open(env);
    const developers = await restored.ctx.db.selectFrom('developer').select(['id', 'claimed_at']).execute();
    expect(developers).toEqual([{ id: 'dev_old', claimed_at: null }]);
  });

  test('that cannot be read to its end leaves what was there', async () => {
    const { env, portal, keys } = await portalWithKeys(database);
    const folder = newFolder();
    const { files } = await save(env, folder);
    await portal.close();
    const name = database === 'SQLite' ? 'firstcall.db' : 'firstcall.dump';
    const path = join(folder, name);
    truncateSync(path, Math.floor((files[name]?.bytes ?? 0) / 2));
    const manifest = readManifest(folder);
    manifest.files[name] = await weigh(path);
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));

    await expect(restore(env, folder, true)).rejects.toThrow(/not sound|pg_restore/);
    const still = await open(env);
    for (const { secret } of keys) expect(await verify(still, secret)).toBe(true);
  });

  test('takes along what waits for the database', async () => {
    const { env, portal } = await portalWithKeys(database);
    await portal.close();
    const segment = join('spool', '0', '01.spool');
    mkdirSync(join(env.DATA_DIR, 'spool', '0'), { recursive: true });
    writeFileSync(join(env.DATA_DIR, segment), 'calls');
    const folder = newFolder();
    await save(env, folder);
    const there = await elsewhere(database);
    await restore(there, folder);
    expect(readFileSync(join(there.DATA_DIR ?? '', segment), 'utf8')).toBe('calls');
  });

  test('of nothing is none', async () => {
    const there = await elsewhere(database);
    const folder = newFolder();
    await expect(save(there, folder)).rejects.toThrow(/There is no database at|The database is empty/);
    writeFileSync(join(folder, 'holiday.jpg'), '');
    await expect(save(there, folder, true)).rejects.toThrow(/holiday\.jpg, and is no backup/);
  });
});

test('a backup of one database is not restored into the other', async () => {
  const { env } = await portalWithKeys('SQLite');
  const folder = newFolder();
  await save(env, folder);
  const DATABASE_URL = 'postgres://nobody@localhost:1/none';
  await expect(restore({ DATABASE_URL }, folder)).rejects.toThrow(
    /backup of SQLite, and DATABASE_URL is set/,
  );
});

/** What a command says, and its exit code. */
function run(script: string, args: string[], env: Record<string, string>) {
  return new Promise<{ code: number; said: string }>((resolve) => {
    const done = (error: (Error & { code?: unknown }) | null, out: string, err: string) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err });
    execFile(process.execPath, [script, ...args], { env: { PATH: process.env.PATH ?? '', ...env } }, done);
  });
}

test('the commands say what they did, or what to do', async () => {
  const { env, portal } = await portalWithKeys('SQLite');
  await portal.close();
  const folder = newFolder();
  expect(await run('src/cli/backup.ts', [], env)).toEqual({
    code: 1,
    said: 'error: Name one folder: npm run backup -- <folder> [--force]\n',
  });
  const saved = await run('src/cli/backup.ts', [folder], env);
  expect(saved.said.replace(/[\d.]+ MB/, '… MB')).toBe(
    [
      `backup: ${folder}`,
      'database: SQLite, 2 developers, 0 calls',
      'files: 2, … MB',
      'secret: secret.key is part of it, so keep it as safe as the portal',
      'verified: every file was read again',
      '',
    ].join('\n'),
  );
  const DATA_DIR = join(newFolder(), 'data');
  const restored = await run('src/cli/restore.ts', [folder], { DATA_DIR });
  expect(restored).toMatchObject({
    code: 0,
    said: expect.stringContaining('verified: every row was counted'),
  });
  expect(await run('src/cli/restore.ts', [folder], { DATA_DIR })).toMatchObject({
    code: 1,
    said: `error: There is a database at ${DATA_DIR}/firstcall.db already. Replace it with --force.\n`,
  });
});
