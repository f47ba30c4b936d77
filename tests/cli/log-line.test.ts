import { expect, test } from 'vitest';
import { readLogLine } from '../../src/cli/backfill/log-line.ts';
import { createLineNames } from '../../src/cli/backfill/name-lines.ts';

const AT = Date.UTC(2026, 10, 20, 12, 30, 5);

test.each([
  [
    'combined, with the key as the user',
    '203.0.113.7 - cred_1 [20/Nov/2026:13:30:05 +0100] "GET /orders/12?a=b HTTP/1.1" 200 512 "-" "curl/8.5"',
    {
      key_id: 'cred_1',
      timestamp: AT,
      method: 'GET',
      path: '/orders/12?a=b',
      status: 200,
      user_agent: 'curl/8.5',
    },
  ],
  [
    'combined, with more at the end',
    String.raw`203.0.113.7 - - [20/Nov/2026:12:30:05 +0000] "POST /orders HTTP/2.0" 422 0 "https://a.example" "a \"quoted\" agent" key=cred_2 rt=0.0125 id=req_9`,
    {
      key_id: 'cred_2',
      timestamp: AT,
      method: 'POST',
      path: '/orders',
      status: 422,
      duration_ms: 12.5,
      request_id: 'req_9',
      user_agent: String.raw`a \"quoted\" agent`,
    },
  ],
  [
    'the common format, which has no agent',
    '::1 - acme [20/Nov/2026:12:30:05 +0000] "DELETE /orders/1 HTTP/1.0" 204 -',
    { key_id: 'acme', timestamp: AT, method: 'DELETE', path: '/orders/1', status: 204 },
  ],
  [
    'an event as POST /api/usage takes it',
    `{"id":"a","key_id":"cred_1","timestamp":${AT},"method":"GET","route":"/orders/{id}","status":200,"duration_ms":3}`,
    {
      id: 'a',
      key_id: 'cred_1',
      timestamp: AT,
      method: 'GET',
      path: '/orders/{id}',
      status: 200,
      duration_ms: 3,
    },
  ],
  [
    'nginx as JSON',
    '{"time_iso8601":"2026-11-20T13:30:05+01:00","remote_user":"acme","request_method":"get","request_uri":"/a","status":"200","request_time":"0.004","http_user_agent":"curl/8"}',
    {
      key_id: 'acme',
      timestamp: AT,
      method: 'GET',
      path: '/a',
      status: 200,
      duration_ms: 4,
      user_agent: 'curl/8',
    },
  ],
  [
    'another logger, whose id is something else',
    '{"id":7,"ts":1795177805.25,"key":"cred_1","method":"GET","url":"/a","statusCode":500,"error_code":"boom"}',
    {
      key_id: 'cred_1',
      timestamp: 1795177805250,
      method: 'GET',
      path: '/a',
      status: 500,
      error_code: 'boom',
    },
  ],
])('reads %s', (_, line, event) => {
  expect(readLogLine(line)).toEqual({ event });
});

test.each([
  ['garbage', 'neither JSON nor the format "combined"'],
  ['{"key_id":"cred_1"', 'not JSON, or cut off'],
  ['{}', 'no key'],
  [
    '{"key_id":"a","timestamp":"yesterday","method":"GET","path":"/","status":200}',
    'no time that can be read',
  ],
  ['{"key_id":"a","timestamp":1,"path":"/","status":200}', 'no request'],
  ['{"key_id":"a","timestamp":1,"method":"GET","path":"/"}', 'no status'],
  ['1.2.3.4 - - [20/Nov/2026:12:30:05 +0000] "GET / HTTP/1.1" 200 5 "-" "-"', 'no key'],
  [String.raw`1.2.3.4 - a [20/Nov/2026:12:30:05 +0000] "\x16\x03\x01" 400 0 "-" "-"`, 'no request'],
])('says what is wrong with %s', (line, flaw) => {
  expect(readLogLine(line)).toEqual({ flaw });
});

test('a line has the same name each time, and lines that read the same have different ones', () => {
  const read = () => {
    const nameOf = createLineNames();
    return ['a', 'a', 'b', 'a', 'c', 'a'].map((line, n) => nameOf(line, AT + n * 900));
  };
  expect(read()).toEqual(read());
  expect(new Set(read()).size).toBe(6);
});
