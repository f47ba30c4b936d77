import { describe, expect, test } from 'vitest';
import { type ApiFacts, type FailingCall, rescue } from '../../../src/features/rescue/rules.ts';

const api: ApiFacts = {
  origin: 'http://localhost:4321',
  prefix: '/v1',
  keyPrefix: 'fc',
  routes: {
    '/v1/me': ['get'],
    '/v1/messages': ['get', 'post'],
    '/v1/messages/{id}': ['get'],
  },
};
const call = (change: Partial<FailingCall>): FailingCall => ({
  method: 'POST',
  route: '/v1/messages',
  status: 401,
  error_code: null,
  clue: null,
  client: 'curl',
  ...change,
});
const BEARER = '-H "Authorization: Bearer $RELAY_API_KEY"';
const EXPORT_KEY = 'export RELAY_API_KEY=fc_test_…';
const BODY = `-d '{"to":"ada@example.com","body":"Hello"}'`;

describe('a failing call is explained in one sentence, with the line to have instead', () => {
  test.each<[title: string, facts: Partial<FailingCall>, words: RegExp, line: string | null]>([
    ['no Authorization', { error_code: 'missing_key' }, /no Authorization header/, BEARER],
    ['an empty variable', { error_code: 'missing_key', clue: 'empty' }, /variable .* is empty/, EXPORT_KEY],
    [
      'another header',
      { error_code: 'missing_key', clue: 'x-api-key' },
      /X-API-Key, which .* not read/,
      BEARER,
    ],
    ['no Bearer', { error_code: 'missing_bearer', clue: 'no_bearer' }, /Bearer is missing/, BEARER],
    ['Basic', { error_code: 'missing_bearer', clue: 'basic' }, /as a user name \(Basic\)/, BEARER],
    ['another scheme', { error_code: 'missing_bearer', clue: 'token' }, /says Token/, BEARER],
    ['a placeholder', { error_code: 'placeholder_key' }, /single quotes/, BEARER],
    ['quotes', { error_code: 'malformed_key', clue: 'quotes' }, /quotation marks/, BEARER],
    ['Bearer twice', { error_code: 'malformed_key', clue: 'bearer_twice' }, /twice/, BEARER],
    ['a key that was cut off', { error_code: 'malformed_key', clue: 'length' }, /cut off/, EXPORT_KEY],
    ['a mistyped key', { error_code: 'malformed_key', clue: 'checksum' }, /typing error/, EXPORT_KEY],
    ['half a beginning', { error_code: 'malformed_key', clue: 'prefix' }, /starts with fc_test_/, EXPORT_KEY],
    ['an expired key', { error_code: 'expired_key' }, /has expired/, EXPORT_KEY],
    ['a revoked key', { error_code: 'revoked_key' }, /was revoked/, EXPORT_KEY],
    ['an unknown key', { error_code: 'unknown_key' }, /never issued/, EXPORT_KEY],
    [
      'a test key made live',
      { error_code: 'unknown_key', clue: 'other_environment' },
      /fc_live_/,
      EXPORT_KEY,
    ],
    [
      'a test key on live',
      { status: 403, error_code: 'test_key_on_live' },
      /test key .* live/,
      'export RELAY_URL=http://localhost:4321',
    ],
    ['a key in the query', { error_code: 'key_in_query' }, /sent in the address/, BEARER],
    [
      'a path without /v1',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '/messages' },
      /lacks \/v1 before \/messages/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'a route in the singular',
      { status: 404, error_code: 'not_found', route: '/v1/message' },
      /nearest to it is \/v1\/messages/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'both at once',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '/message' },
      /nearest to it is \/v1\/messages/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'a slash at the end',
      { status: 404, error_code: 'not_found', route: '/v1/messages/' },
      /ends with a slash/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'capital letters',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '/V1/Messages' },
      /capital letters/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'two slashes',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '//v1/messages' },
      /two slashes/,
      'export RELAY_URL=http://localhost:4321',
    ],
    [
      '/v1 twice',
      { status: 404, error_code: 'not_found', route: '/v1/v1/messages' },
      /\/v1 twice/,
      'export RELAY_URL=http://localhost:4321',
    ],
    [
      'the portal’s own API',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '/api/v1/messages' },
      /stands beside it/,
      'export RELAY_URL=http://localhost:4321',
    ],
    [
      'another version',
      { status: 404, error_code: 'not_found', clue: 'outside_api', route: '/v2/messages' },
      /nearest/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'a route like nothing there is',
      { status: 404, error_code: 'not_found', route: '/v1/invoices' },
      /not a route of this API/,
      '"$RELAY_URL/v1/openapi.json"',
    ],
    [
      'a wrong method',
      { status: 405, error_code: 'method_not_allowed', method: 'PUT', clue: 'GET, HEAD, POST' },
      /does not take PUT; it takes GET and POST/,
      'curl -X POST "$RELAY_URL/v1/messages"',
    ],
    [
      'a form',
      { status: 415, error_code: 'unsupported_media_type', clue: 'application/x-www-form-urlencoded' },
      /curl -d/,
      '-H "Content-Type: application/json"',
    ],
    [
      'no content type',
      { status: 415, error_code: 'unsupported_media_type', clue: 'none' },
      /without saying what it is/,
      '-H "Content-Type: application/json"',
    ],
    ['broken JSON', { status: 400, error_code: 'invalid_json' }, /double quotes/, BODY],
    ['no recipient', { status: 422, error_code: 'recipient_missing' }, /field to is missing/, BODY],
    [
      'no address',
      { status: 422, error_code: 'url_missing' },
      /field url is missing/,
      `-d '{"url":"https://example.com/hooks"}'`,
    ],
    [
      'a wrong address',
      { status: 422, error_code: 'url_invalid' },
      /https:\/\/ or http/,
      `-d '{"url":"https://example.com/hooks"}'`,
    ],
    [
      'no such endpoint',
      { status: 404, error_code: 'endpoint_not_found' },
      /from the list/,
      '"$RELAY_URL/v1/webhook-endpoints"',
    ],
    ['no text', { status: 422, error_code: 'message_body_missing' }, /field body is missing/, BODY],
    ['a wrong text', { status: 422, error_code: 'message_body_invalid' }, /1 to 1600/, BODY],
    ['an unknown field', { status: 422, error_code: 'unknown_field' }, /misspelt/, BODY],
    ['a wrong recipient', { status: 422, error_code: 'recipient_invalid' }, /\+14155550123/, BODY],
    ['a field another API misses', { status: 422, error_code: 'amount_required' }, /amount_required/, null],
    [
      'a wrong parameter',
      { status: 422, error_code: 'unknown_parameter' },
      /limit and cursor/,
      '"$RELAY_URL/v1/messages?limit=20"',
    ],
    [
      'a wrong limit',
      { status: 422, error_code: 'limit_invalid' },
      /1 to 100/,
      '"$RELAY_URL/v1/messages?limit=20"',
    ],
    [
      'a wrong cursor',
      { status: 422, error_code: 'cursor_invalid' },
      /next_cursor/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'no such message',
      { status: 404, error_code: 'message_not_found' },
      /from the list/,
      '"$RELAY_URL/v1/messages"',
    ],
    [
      'a used idempotency key',
      { status: 422, error_code: 'idempotency_key_reused' },
      /one of its own/,
      '-H "Idempotency-Key: order-$(date +%s)"',
    ],
    [
      'a bad idempotency key',
      { status: 400, error_code: 'idempotency_key_invalid' },
      /UUID/,
      '-H "Idempotency-Key: order-$(date +%s)"',
    ],
    ['too many requests', { status: 429, error_code: 'rate_limited', clue: '7' }, /wait 7 s/, 'sleep 7'],
    ['a large body', { status: 413, error_code: 'body_too_large' }, /larger than/, null],
    ['an API that is away', { status: 502, error_code: 'upstream_unreachable' }, /nothing was done/, null],
    [
      'an API that is slow',
      { status: 504, error_code: 'upstream_timeout' },
      /may have been carried out/,
      '-H "Idempotency-Key: order-$(date +%s)"',
    ],
    [
      'an API that breaks off',
      { status: 502, error_code: 'upstream_failed' },
      /may have been carried out/,
      '-H "Idempotency-Key: order-$(date +%s)"',
    ],
    ['a WebSocket', { status: 501, error_code: 'upgrade_unsupported' }, /plain requests only/, null],
    ['an API that fails', { status: 500, error_code: 'boom' }, /not your request/, null],
    ['a status that says it', { status: 429, error_code: 'slow_down' }, /wait 1 s/, 'sleep 1'],
  ])('%s', (_, facts, words, line) => {
    const found = rescue(call(facts), api);
    expect(found?.sentence).toMatch(words);
    expect(found?.sentence).toMatch(/^[A-Z/][^\n]*\.$|^[^\n]*\.$/);
    expect(found?.line ?? null).toBe(line);
  });

  test('in the words of the program that called', () => {
    const bearer = (client: FailingCall['client']) =>
      rescue(call({ error_code: 'missing_bearer', client }), api)?.line;
    expect(bearer('python')).toBe('headers = {"Authorization": f"Bearer {os.environ[\'RELAY_API_KEY\']}"}');
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is the reader's code.
    expect(bearer('javascript')).toBe('Authorization: `Bearer ${process.env.RELAY_API_KEY}`,');
    expect(bearer('other')).toBe(BEARER);
    const body = rescue(call({ status: 422, error_code: 'unknown_field', client: 'python' }), api)?.line;
    expect(body).toBe('json={"to": "ada@example.com", "body": "Hello"}');
  });

  test('says nothing of what it is not certain of', () => {
    for (const facts of [
      { status: 201 },
      { status: 422, error_code: 'card_declined' },
      { status: 403, error_code: 'forbidden' },
      { status: 400, error_code: null },
      { status: 499, error_code: null },
      { status: 422, error_code: 'constructor' },
    ]) {
      expect(rescue(call(facts), api)).toBeNull();
    }
  });

  test('an API whose routes are not known is not said to lack one', () => {
    const found = rescue(call({ status: 404, route: '/v1/invoices/{id}' }), { ...api, routes: {} });
    expect(found).toEqual({ sentence: expect.stringMatching(/either the route or the id/), line: null });
  });
});
