import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { SeverityNumber } from '@opentelemetry/api-logs';
import { OTLPLogExporter as JsonLogExporter } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as ProtobufLogExporter } from '@opentelemetry/exporter-logs-otlp-proto';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { type DatabaseName, onEachDatabase } from '../support/database.ts';
import { NOON, startPortal } from '../support/portal.ts';

const API = fileURLToPath(new URL('../support/instrumented-api.cjs', import.meta.url));
const run = promisify(execFile);

async function startWithTelemetry(database: DatabaseName) {
  const at = await startPortal(database);
  const { secret: rootKey } = await createRootKey(at.portal.ctx, { name: 'collector', actorId: 'dev_admin' });
  const { secret, credential } = await at.issueKey();
  const stored = () => at.portal.ctx.db.selectFrom('usage_event').selectAll().orderBy('route').execute();
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}, signal = 'traces') =>
    fetch(`${at.url}/api/otlp/v1/${signal}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json', ...headers },
      body: body as BodyInit,
    });
  const span = (change: { id?: number; kind?: number } = {}, attributes: Record<string, unknown> = {}) => ({
    traceId: '5b8efff798038103d269b633813fc60c',
    spanId: (change.id ?? 1).toString(16).padStart(16, '0'),
    kind: change.kind ?? 2,
    startTimeUnixNano: `${NOON - 1_000}000000`,
    endTimeUnixNano: `${NOON - 1_000}500000`,
    attributes: Object.entries({
      'firstcall.key_id': credential.id,
      'http.request.method': 'GET',
      'http.route': '/orders/{id}',
      'http.response.status_code': 200,
      ...attributes,
    })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => ({
        key,
        value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
      })),
  });
  const traces = (...spans: object[]) => JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
  return { ...at, rootKey, secret, credential, stored, send, span, traces };
}

onEachDatabase('OpenTelemetry', (database) => {
  test.each([
    ['protobuf', 'proto', 'gzip'],
    ['JSON', 'http', 'none'],
  ])(
    'an API that is instrumented already needs an endpoint and an attribute (%s)',
    async (_, protocol, compression) => {
      const { url, rootKey, credential, stored, progress, secret, portal } =
        await startWithTelemetry(database);
      await run(process.execPath, [API], {
        env: {
          ...process.env,
          PROTOCOL: protocol,
          KEY_ID: credential.id,
          OTEL_EXPORTER_OTLP_ENDPOINT: `${url}/api/otlp`,
          OTEL_EXPORTER_OTLP_HEADERS: `Authorization=Bearer%20${rootKey}`,
          OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        },
      });
      expect(await stored()).toMatchObject([
        {
          method: 'POST',
          route: '/orders',
          status: 422,
          error_code: null,
          client: 'python',
          credential_id: credential.id,
        },
        { method: 'GET', route: '/orders/{id}', status: 200, client: 'python', received_at: NOON },
      ]);
      expect(JSON.stringify(await stored())).not.toContain('secret');
      expect((await progress(secret)).milestones.map(({ name }) => name)).toContain('first_api_call');
      expect(portal.usage.backlog().waiting).toBe(0);
    },
  );

  test.each([
    ['protobuf', ProtobufLogExporter],
    ['JSON', JsonLogExporter],
  ])('log records tell of calls, too (%s)', async (_, Exporter) => {
    const { url, rootKey, credential, stored } = await startWithTelemetry(database);
    const exporter = new Exporter({
      url: `${url}/api/otlp/v1/logs`,
      headers: { Authorization: `Bearer ${rootKey}` },
    });
    const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
    provider.getLogger('access').emit({
      severityNumber: SeverityNumber.INFO,
      timestamp: NOON - 500,
      body: 'GET /orders/12345 with a secret in it',
      attributes: {
        'firstcall.key_id': credential.id,
        'firstcall.duration_ms': 12.5,
        'http.request.method': 'GET',
        'url.path': '/orders/12345',
        'http.response.status_code': 404,
        'firstcall.error_code': 'no_such_order',
      },
    });
    await provider.shutdown();
    expect(await stored()).toMatchObject([
      {
        route: '/orders/{id}',
        status: 404,
        duration_ms: 12.5,
        error_code: 'no_such_order',
        occurred_at: NOON - 500,
      },
    ]);
    expect(JSON.stringify(await stored())).not.toContain('secret');
  });

  test('what is sent again counts once, and other telemetry is passed over', async () => {
    const { send, span, traces, stored } = await startWithTelemetry(database);
    const mine = span();
    const body = traces(mine, span({ id: 2, kind: 3 }), span({ id: 3 }, { 'firstcall.key_id': undefined }));
    for (const answer of [
      await send(body),
      await send(body),
      await send(gzipSync(body), { 'Content-Encoding': 'gzip' }),
    ]) {
      expect([answer.status, await answer.json()]).toEqual([200, {}]);
    }
    expect(await stored()).toMatchObject([
      {
        id: '5b8efff798038103d269b633813fc60c-0000000000000001',
        duration_ms: 0.5,
        request_id: '5b8efff798038103d269b633813fc60c',
      },
    ]);
  });

  test('a call told by a span and by a log record is one', async () => {
    const { send, span, traces, stored } = await startWithTelemetry(database);
    const { kind: _, startTimeUnixNano, endTimeUnixNano: __, ...record } = span();
    await send(traces(span()));
    const logs = {
      resourceLogs: [{ scopeLogs: [{ logRecords: [{ ...record, timeUnixNano: startTimeUnixNano }] }] }],
    };
    expect(await (await send(JSON.stringify(logs), {}, 'logs')).json()).toEqual({});
    expect(await stored()).toHaveLength(1);
  });

  test('bad ones among good ones are a partial success, which nobody shall repeat', async () => {
    const { send, span, traces, stored } = await startWithTelemetry(database);
    const answer = await send(
      traces(
        span(),
        span({ id: 2 }, { 'firstcall.key_id': 'cred_nobody' }),
        span({ id: 3 }, { 'http.response.status_code': undefined }),
      ),
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedSpans: '2', errorMessage: expect.stringContaining('unknown_key') },
    });
    expect(await stored()).toHaveLength(1);
  });

  test('the names of before 2023 are understood', async () => {
    const { send, span, traces, stored } = await startWithTelemetry(database);
    const old = {
      'http.request.method': undefined,
      'http.route': undefined,
      'http.response.status_code': undefined,
      'http.method': 'PUT',
      'http.target': '/things/12345?a=b',
      'http.status_code': 503,
      'http.user_agent': 'curl/8',
      'error.type': '503',
    };
    expect(await (await send(traces(span({}, old)))).json()).toEqual({});
    expect(await stored()).toMatchObject([
      { method: 'PUT', route: '/things/{id}', status: 503, client: 'curl', error_code: null },
    ]);
  });
});

test.each([
  ['no key', '{}', { Authorization: '' }, 401, 16],
  ['another type', '{}', { 'Content-Type': 'text/plain' }, 415, 3],
  ['half a JSON', '{"resourceSpans":[', {}, 400, 3],
  ['half a gzip', gzipSync('{}').subarray(0, 12), { 'Content-Encoding': 'gzip' }, 400, 3],
  ['a bomb', gzipSync(Buffer.alloc(50_000_000)), { 'Content-Encoding': 'gzip' }, 413, 3],
])('%s is refused with a Status, as the protocol wants it', async (_, body, headers, status, code) => {
  const { send, portal } = await startWithTelemetry('SQLite');
  const answer = await send(body, headers);
  expect(answer.status).toBe(status);
  expect(await answer.json()).toMatchObject({ code, message: expect.stringMatching(/^\w+: .+\.$/s) });
  expect(portal.usage.backlog().waiting).toBe(0);
});

test('noise is no fault of the portal, in either encoding', async () => {
  const { send } = await startWithTelemetry('SQLite');
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (noise) => {
      statuses.add((await send(noise, { 'Content-Type': 'application/x-protobuf' })).status);
    }),
    { numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.json(), async (noise) => {
      statuses.add(
        (
          await send(
            `{"resourceSpans":[{"scopeSpans":[{"spans":[${noise}, {"kind":2,"attributes":${noise}}]}]}]}`,
          )
        ).status,
      );
      statuses.add((await send(noise)).status);
    }),
    { numRuns: 100 },
  );
  expect([...statuses].sort()).toEqual([200, 400]);
});

test('a Status is protobuf where the request was', async () => {
  const { send } = await startWithTelemetry('SQLite');
  const answer = await send(Buffer.from([0xff, 0xff]), { 'Content-Type': 'application/x-protobuf' });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'application/x-protobuf']);
  const bytes = Buffer.from(await answer.arrayBuffer());
  // Field 1, a number: INVALID_ARGUMENT. Field 2, a string.
  expect([...bytes.subarray(0, 3)]).toEqual([0x08, 3, 0x12]);
  expect(bytes.toString()).toContain('invalid_json: ');
});
