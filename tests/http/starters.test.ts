import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { StartCodeAnswer } from '../../src/features/starters/start-code-schema.ts';
import { onEachDatabase } from '../support/database.ts';
import { cookiesOf, NOON, startPortal, type TestPortal } from '../support/portal.ts';

const MINUTE = 60_000;
const ARCHIVE = 'first-call-python.tar.gz';

async function askForCode({ call, url }: TestPortal, cookie?: string) {
  const response = await call('/api/start-codes', {
    body: { page_age_ms: 5_000 },
    ...(cookie && { cookie }),
  });
  expect(response.status).toBe(201);
  const answer = (await response.json()) as StartCodeAnswer;
  return { ...answer, path: answer.starters.slice(url.length), cookie: cookie ?? cookiesOf(response) };
}

/** The key in the archive's `.env`. */
async function keyIn(response: Response): Promise<string> {
  const text = gunzipSync(await response.arrayBuffer()).toString('latin1');
  return /RELAY_API_KEY=(fc_test_\w{36})\n/.exec(text)?.[1] ?? '';
}

onEachDatabase('a starter fetched with a one-time code', (database) => {
  test('holds a key of the page’s own developer, and its call ticks the own machine', async () => {
    const running = await startPortal(database);
    const page = await running.issueKey('sandbox');
    const { path, expires_at } = await askForCode(running, page.cookie);
    expect(expires_at).toBe(new Date(NOON + 10 * MINUTE).toISOString());
    const response = await running.call(path + ARCHIVE);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="${ARCHIVE}"`);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.getSetCookie()).toEqual([]);
    const secret = await keyIn(response);
    expect((await running.sendMessage(secret)).status).toBe(201);
    const progress = await running.progress(secret);
    expect(progress.developer_id).toBe(page.developer_id);
    expect(progress.steps[1]).toMatchObject({ id: 'own_machine', state: 'done' });
  });

  test('begins a developer for a stranger, whose page then hears of the call; no key exists before', async () => {
    const running = await startPortal(database);
    const { path, cookie } = await askForCode(running);
    const keys = () => running.portal.ctx.db.selectFrom('credential').select('origin').execute();
    expect(await keys()).toEqual([]);
    running.clock.now += MINUTE;
    const secret = await keyIn(await running.call(path + ARCHIVE));
    expect(await keys()).toEqual([{ origin: 'own_machine' }]);
    await running.sendMessage(secret);
    await running.portal.usage.flushed();
    const progress = await (await running.call('/api/progress', { cookie })).json();
    expect(progress).toMatchObject({
      t0: new Date(NOON + MINUTE).toISOString(),
      first_visit_at: new Date(NOON - 5_000).toISOString(),
    });
    expect(progress.steps[1].state).toBe('done');
  });

  test('is given once: not again, not after ten minutes, not for another code', async () => {
    const running = await startPortal(database);
    const { path, cookie } = await askForCode(running);
    expect((await running.call(path + ARCHIVE)).status).toBe(200);
    const late = await askForCode(running, cookie);
    const inTime = await askForCode(running, cookie);
    const refused = async (at: string) => {
      const response = await running.call(at);
      expect(await response.json()).toMatchObject({ status: 410, code: 'link_expired' });
    };
    await refused(path + ARCHIVE);
    await refused(`/start/${'a'.repeat(24)}/${ARCHIVE}`);
    running.clock.now += 10 * MINUTE - 1;
    expect((await running.call(inTime.path + ARCHIVE)).status).toBe(200);
    running.clock.now += 1;
    await refused(late.path + ARCHIVE);
  });

  test('goes to exactly one of a hundred who ask at once', async () => {
    const running = await startPortal(database);
    const { path } = await askForCode(running);
    const answers = await Promise.all(
      Array.from({ length: 100 }, async () => (await running.call(path + ARCHIVE)).status),
    );
    expect(answers.filter((status) => status === 200)).toHaveLength(1);
    expect(answers.filter((status) => status === 410)).toHaveLength(99);
    expect(await running.portal.ctx.db.selectFrom('credential').select('id').execute()).toHaveLength(1);
  });

  test('is not used up by a look, a wrong name or a page of another site', async () => {
    const running = await startPortal(database);
    const { path, cookie } = await askForCode(running);
    expect((await running.call(path + ARCHIVE, { method: 'HEAD' })).status).toBe(405);
    const wrong = await running.call(`${path}first-call-cobol.tar.gz`);
    expect(await wrong.json()).toMatchObject({ status: 404, code: 'not_found' });
    expect((await running.call(path + ARCHIVE)).status).toBe(200);
    const foreign = await running.call('/api/start-codes', {
      method: 'POST',
      cookie,
      headers: { Origin: 'https://elsewhere.example', 'Content-Length': '0' },
    });
    expect(foreign.status).toBe(403);
  });

  test('leaves no code behind that could be read: only hashes, and none that are old', async () => {
    const running = await startPortal(database);
    const { code } = await askForCode(running);
    const rows = () => running.portal.ctx.db.selectFrom('start_code').selectAll().execute();
    expect(JSON.stringify(await rows())).not.toContain(code);
    running.clock.now += 11 * MINUTE;
    await askForCode(running);
    expect(await rows()).toHaveLength(1);
  });

  test('codes are counted with the keys that an address may ask for', async () => {
    const { call } = await startPortal(database, { env: { KEYS_PER_HOUR: '2' } });
    const ask = async () => (await call('/api/start-codes', { method: 'POST' })).status;
    expect([await ask(), await ask(), await ask()]).toEqual([201, 201, 429]);
  });
});
