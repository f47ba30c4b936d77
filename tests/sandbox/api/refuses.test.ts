import { describe, expect, test } from 'vitest';
import { startRelay } from './relay-client.ts';

const JSON_TYPE = { 'Content-Type': 'application/json' };

describe('Relay refuses', () => {
  test('a whole problem: what happened, how to mend it, and where', async () => {
    const relay = await startRelay({ errorsUrl: 'https://docs.example.com/guides/errors/' });
    const refused = await relay.sendMessage(
      { to: 'ada', body: 'Hello' },
      { headers: { 'X-Request-Id': 'req_7' } },
    );
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(refused.body).toMatchInlineSnapshot(`
      {
        "code": "recipient_invalid",
        "detail": "The field to is neither an e-mail address (ada@example.com) nor a phone number in E.164 form (+14155550123: a plus sign, the country code, digits only). Correct it.",
        "errors": [
          {
            "code": "recipient_invalid",
            "detail": "The field to is neither an e-mail address (ada@example.com) nor a phone number in E.164 form (+14155550123: a plus sign, the country code, digits only). Correct it.",
            "pointer": "#/to",
          },
        ],
        "request_id": "req_7",
        "status": 422,
        "title": "The recipient cannot be reached",
        "type": "https://docs.example.com/guides/errors/#recipient_invalid",
      }
    `);
  });

  test.each([
    ['a caller nobody named', '/v1/me', { caller: null }, 401, 'caller_missing'],
    ['a caller with control characters', '/v1/me', { caller: 'a b' }, 401, 'caller_missing'],
    ['an unknown route', '/v1/letters', {}, 404, 'not_found'],
    ['an unknown message', '/v1/messages/msg_none', {}, 404, 'message_not_found'],
    ['a body that is not JSON', '/v1/messages', { raw: 'to=ada' }, 415, 'unsupported_media_type'],
    ['a form', '/v1/messages', { raw: new URLSearchParams('to=ada') }, 415, 'unsupported_media_type'],
    [
      'a broken media type',
      '/v1/messages',
      { raw: '{}', headers: { 'Content-Type': 'application/json;' } },
      415,
      'unsupported_media_type',
    ],
    ['an empty body', '/v1/messages', { raw: '', headers: JSON_TYPE }, 400, 'invalid_json'],
    [
      'bytes that are not UTF-8',
      '/v1/messages',
      { raw: new Uint8Array([0x22, 0xff, 0x22]), headers: JSON_TYPE },
      400,
      'invalid_json',
    ],
    ['null', '/v1/messages', { raw: 'null', headers: JSON_TYPE }, 422, 'invalid_request'],
    ['a list', '/v1/messages', { json: [] }, 422, 'invalid_request'],
    ['no recipient', '/v1/messages', { json: { body: 'x' } }, 422, 'recipient_missing'],
    [
      'a recipient that is a number',
      '/v1/messages',
      { json: { to: 14155550123, body: 'x' } },
      422,
      'recipient_invalid',
    ],
    [
      'a phone number without +',
      '/v1/messages',
      { json: { to: '14155550123', body: 'x' } },
      422,
      'recipient_invalid',
    ],
    ['no text', '/v1/messages', { json: { to: 'ada@example.com' } }, 422, 'message_body_missing'],
    [
      'an empty text',
      '/v1/messages',
      { json: { to: 'ada@example.com', body: '' } },
      422,
      'message_body_invalid',
    ],
    [
      'a text too long',
      '/v1/messages',
      { json: { to: 'ada@example.com', body: 'x'.repeat(1601) } },
      422,
      'message_body_invalid',
    ],
    ['a limit of 0', '/v1/messages?limit=0', {}, 422, 'limit_invalid'],
    ['a limit of 101', '/v1/messages?limit=101', {}, 422, 'limit_invalid'],
    ['a limit of 1.5', '/v1/messages?limit=1.5', {}, 422, 'limit_invalid'],
    ['a limit given twice', '/v1/messages?limit=1&limit=2', {}, 422, 'limit_invalid'],
    ['a cursor somebody made up', '/v1/messages?cursor=abc', {}, 422, 'cursor_invalid'],
    ['an empty cursor', '/v1/messages?cursor=', {}, 422, 'cursor_invalid'],
    ['a misspelt parameter', '/v1/messages?limti=5', {}, 422, 'unknown_parameter'],
    [
      'an empty idempotency key',
      '/v1/messages',
      { json: {}, headers: { 'Idempotency-Key': '""' } },
      400,
      'idempotency_key_invalid',
    ],
    [
      'a huge idempotency key',
      '/v1/messages',
      { json: {}, headers: { 'Idempotency-Key': 'k'.repeat(10_000) } },
      400,
      'idempotency_key_invalid',
    ],
  ] as const)('%s', async (_, path, sending, status, code) => {
    const relay = await startRelay();
    const answer = await relay.send(path, sending);
    expect(answer).toMatchObject({ status, body: { status, code, type: `urn:relay:problem:${code}` } });
    expect(answer.body.detail).toMatch(/^[A-Z“"'0-9].*[.]$/s);
    expect(answer.body.request_id).toBe(answer.headers.get('x-request-id'));
    expect(relay.failures).toEqual([]);
  });

  test('unknown fields by name, before the missing ones they were meant to be', async () => {
    const relay = await startRelay();
    const { body } = await relay.sendMessage({ too: 'ada@example.com', body: 'Hello' });
    expect(body.detail).toBe(
      'There is no field "too"; this route knows to and body. Remove it, or check its spelling. 1 more under errors.',
    );
    expect(body.errors).toMatchObject([
      { pointer: '#/too', code: 'unknown_field' },
      { pointer: '#/to', code: 'recipient_missing' },
    ]);
  });

  test.each([
    ['{"to": "a",}', 'line 1, column 12 (position 11)'],
    ['{\n  "to": ada\n}', 'line 2, column 9 (position 10)'],
    ['{"to": "ada', 'line 1, column 12 (position 11)'],
  ])('broken JSON with the place where it breaks: %j', async (raw, place) => {
    const relay = await startRelay();
    const { body } = await relay.send('/v1/messages', { raw, headers: JSON_TYPE });
    expect(body).toMatchObject({ code: 'invalid_json', detail: expect.stringContaining(place) });
  });

  test.each([
    ['DELETE', '/v1/messages', 'GET, HEAD, POST'],
    ['POST', '/v1/me', 'GET, HEAD'],
    ['PATCH', '/v1/messages/msg_1', 'GET, HEAD'],
    ['PUT', '/v1/openapi.json', 'GET, HEAD'],
  ])('%s %s, and says what is possible', async (method, path, allow) => {
    const relay = await startRelay();
    const answer = await relay.send(path, { method });
    expect(answer).toMatchObject({ status: 405, body: { code: 'method_not_allowed' } });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('a body over 64 KB, with its length announced', async () => {
    const relay = await startRelay();
    const headers = { ...JSON_TYPE, 'Content-Length': '70000' };
    const answer = await relay.send('/v1/messages', { raw: ' '.repeat(70_000), headers });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
  });

  test('a body without end, sent in chunks, after reading 64 KB of it', async () => {
    const relay = await startRelay();
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull(controller) {
        pulled += 1024;
        controller.enqueue(new Uint8Array(1024).fill(32));
      },
    });
    const answer = await relay.send('/v1/messages', { raw: endless, headers: JSON_TYPE });
    expect(answer).toMatchObject({ status: 413, body: { code: 'body_too_large' } });
    expect(pulled).toBeLessThan(70_000);
  });
});
