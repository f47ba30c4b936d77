import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import type { UsageAnswer } from '../../src/features/intake/usage-report.ts';
import { type DatabaseName, onEachDatabase } from '../support/database.ts';
import { HOUR, NOON, startPortal } from '../support/portal.ts';

/** A portal with a root key, and a developer with a key of their own. */
async function startWithReporter(database: DatabaseName) {
  const at = await startPortal(database);
  const { secret: rootKey } = await createRootKey(at.portal.ctx, { name: 'reporter', actorId: 'dev_admin' });
  const { secret, credential } = await at.issueKey();
  const event = (id: string, change: object = {}) => ({
    id,
    key_id: credential.id,
    timestamp: new Date(NOON - 1_000).toISOString(),
    method: 'POST',
    path: '/v1/messages/12345?x=1',
    status: 201,
    duration_ms: 12.5,
    ...change,
  });
  const report = (body: unknown, headers: Record<string, string> = {}, path = '/api/usage') =>
    at.call(path, { key: rootKey, body, headers });
  const stored = () => at.portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('id').execute();
  return { ...at, rootKey, secret, credential, event, report, stored };
}

const answerOf = async (response: Response) => (await response.json()) as UsageAnswer;

onEachDatabase('usage that others report', (database) => {
  test('each event is stored once and answered by itself, and the developer has made their first call', async () => {
    const { report, event, stored, progress, secret, credential } = await startWithReporter(database);
    const events = [
      event('a', { user_agent: 'curl/8.5', request_id: 'req_1' }),
      event('b', { status: 422, error_code: 'invalid_recipient', route: '/v1/messages' }),
      event('a', { user_agent: 'curl/8.5', request_id: 'req_1' }),
    ];
    const response = await report({ events });
    expect(response.status).toBe(200);
    expect(await answerOf(response)).toEqual({
      accepted: 2,
      duplicates: 1,
      rejected: 0,
      waiting: false,
      results: [
        { index: 0, id: 'a', status: 'accepted' },
        { index: 1, id: 'b', status: 'accepted' },
        { index: 2, id: 'a', status: 'duplicate' },
      ],
    });
    expect(await stored()).toMatchObject([
      {
        id: 'a',
        credential_id: credential.id,
        route: '/v1/messages/{id}',
        status: 201,
        client: 'curl',
        duration_ms: 12.5,
        received_at: NOON,
        occurred_at: NOON - 1_000,
        request_id: 'req_1',
      },
      { id: 'b', status: 422, error_code: 'invalid_recipient' },
    ]);
    const first = (await progress(secret)).milestones.find(({ name }) => name === 'first_api_call');
    expect(first).toMatchObject({ reached_at: new Date(NOON).toISOString(), status: 201 });
  });

  test('bad events are named by their index, and the good ones among them are stored', async () => {
    const { report, event, stored } = await startWithReporter(database);
    const response = await report({
      events: [
        event('good'),
        event('bad', { status: 99 }),
        'not even an object',
        null,
        { ...event('nameless'), id: undefined },
        event('stranger', { key_id: 'cred_01990000-0000-7000-8000-000000000000' }),
        event('secret', { key_id: 'fc_test_0123456789abcdef0123456789abcdef0123' }),
        event('sp ace'),
        event('nul', { path: '/v1/\u0000' }),
        event('half', { path: '/v1/\ud800' }),
        event('lost', { path: undefined }),
        event('also good', { id: 'also-good', unknown_field: { deep: true } }),
      ],
    });
    const { results, accepted, rejected } = await answerOf(response);
    expect([response.status, accepted, rejected]).toEqual([200, 2, 10]);
    expect(results.map(({ status, code, message }) => [status, code, message])).toMatchInlineSnapshot(`
      [
        [
          "accepted",
          undefined,
          undefined,
        ],
        [
          "rejected",
          "invalid_event",
          "The field status: Too small: expected number to be >=100.",
        ],
        [
          "rejected",
          "invalid_event",
          "The event: Invalid input: expected object, received string.",
        ],
        [
          "rejected",
          "invalid_event",
          "The event: Invalid input: expected object, received null.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field id: Invalid input: expected string, received undefined.",
        ],
        [
          "rejected",
          "unknown_key",
          "There is no key with this id. Its developer may have deleted themselves.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field key_id: must be the id of a key, such as cred_…, and not the key.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field id: must be 1 to 128 letters, digits or . : ~ / + = @ _ -.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field path: has characters that no path has.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field path: has characters that no path has.",
        ],
        [
          "rejected",
          "invalid_event",
          "The field route: is missing, and so is path.",
        ],
        [
          "accepted",
          undefined,
          undefined,
        ],
      ]
    `);
    expect(results.map(({ index, id }) => [index, id])).toMatchInlineSnapshot(`
      [
        [
          0,
          "good",
        ],
        [
          1,
          "bad",
        ],
        [
          2,
          null,
        ],
        [
          3,
          null,
        ],
        [
          4,
          null,
        ],
        [
          5,
          "stranger",
        ],
        [
          6,
          "secret",
        ],
        [
          7,
          "sp ace",
        ],
        [
          8,
          "nul",
        ],
        [
          9,
          "half",
        ],
        [
          10,
          "lost",
        ],
        [
          11,
          "also-good",
        ],
      ]
    `);
    expect((await stored()).map(({ id }) => id)).toEqual(['also-good', 'good']);
  });

  test('lines of JSON do as well, packed or not, and a line that is none costs only itself', async () => {
    const { report, event, stored } = await startWithReporter(database);
    const lines = `${JSON.stringify(event('a'))}\r\n\n{"id": "cut off\n${JSON.stringify(event('b'))}`;
    const type = { 'Content-Type': 'application/x-ndjson; charset=utf-8' };
    const { results } = await answerOf(await report(lines, type));
    expect(results).toEqual([
      { index: 0, id: 'a', status: 'accepted' },
      { index: 1, id: null, status: 'rejected', code: 'invalid_json', message: 'This line is not JSON.' },
      { index: 2, id: 'b', status: 'accepted' },
    ]);
    expect((await stored()).map(({ id }) => id)).toEqual(['a', 'b']);
  });

  test('an id that is used again for another call is refused, and the first one stays', async () => {
    const { report, event, stored } = await startWithReporter(database);
    await report({ events: [event('a')] });
    const { results } = await answerOf(await report({ events: [event('a', { status: 500 }), event('a')] }));
    expect(results.map(({ status, code }) => [status, code])).toEqual([
      ['rejected', 'id_reused'],
      ['duplicate', undefined],
    ]);
    expect(await stored()).toMatchObject([{ id: 'a', status: 201 }]);
  });

  test('the same report again, later and in other company, is all duplicates', async () => {
    const { report, event, clock, stored } = await startWithReporter(database);
    await report({ events: [event('a'), event('b')], sent_at: NOON });
    clock.now += 24 * HOUR;
    const again = await answerOf(
      await report({ events: [event('b'), event('c'), event('a')], sent_at: NOON + 5 }),
    );
    expect(again.results.map(({ status }) => status)).toEqual(['duplicate', 'accepted', 'duplicate']);
    expect(await stored()).toHaveLength(3);
  });

  test.each([
    ['two days behind', -48 * HOUR],
    ['two days ahead', 48 * HOUR],
  ])(
    'a clock that is %s puts nothing into another day, and is corrected by when it was sent',
    async (_, off) => {
      const { report, event, stored } = await startWithReporter(database);
      const timestamp = NOON + off - 1_000;
      await report({ events: [event('said', { timestamp })], sent_at: new Date(NOON + off).toISOString() });
      await report({ events: [event('silent', { timestamp })] });
      expect(await stored()).toMatchObject([
        { id: 'said', received_at: NOON, occurred_at: NOON - 1_000 },
        { id: 'silent', received_at: NOON, occurred_at: off > 0 ? NOON : timestamp },
      ]);
    },
  );

  test('old server logs are believed about when it was, as far back as calls are kept', async () => {
    const { report, event, stored } = await startWithReporter(database);
    const old = (id: string, days: number) => event(id, { timestamp: NOON - days * 24 * HOUR });
    const { results } = await answerOf(
      await report({ backfill: true, events: [old('a', 30), old('b', 500), old('c', -3)] }),
    );
    expect(results.map(({ status, code }) => [status, code])).toEqual([
      ['accepted', undefined],
      ['rejected', 'too_old'],
      ['accepted', undefined],
    ]);
    expect(await stored()).toMatchObject([
      { id: 'a', received_at: NOON - 30 * 24 * HOUR, occurred_at: NOON - 30 * 24 * HOUR },
      { id: 'c', received_at: NOON },
    ]);
    const line = JSON.stringify(old('d', 2));
    await report(line, { 'Content-Type': 'application/x-ndjson' }, '/api/usage?backfill=true');
    expect((await stored()).find(({ id }) => id === 'd')).toMatchObject({ received_at: NOON - 48 * HOUR });
  });

  test('a packed report is read as it was before', async () => {
    const { event, rootKey, url } = await startWithReporter(database);
    const response = await fetch(`${url}/api/usage`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${rootKey}`, 'Content-Encoding': 'gzip' },
      body: gzipSync(JSON.stringify({ events: [event('a')] })),
    });
    expect(await answerOf(response)).toMatchObject({ accepted: 1 });
  });
});
