import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeRequest } from '../../../src/components/sandbox/allow-list.ts';

const BASE = 'https://docs.example.com/v1';

describe('a sample may call', () => {
  test.each([
    'https://docs.example.com/v1',
    'https://docs.example.com/v1/messages?limit=2',
    'https://DOCS.example.com:443/v1/messages/msg_1',
    'https://docs.example.com/api/../v1/me',
    'https://docs.example.com/v1/caf%C3%A9',
  ])('%s', (url) => {
    expect(judgeRequest(url, BASE)).toMatchObject({ allowed: true });
  });
});

describe('a sample may not call', () => {
  test.each([
    ['the portal’s own API', 'https://docs.example.com/api/credentials'],
    ['it by way of dots', 'https://docs.example.com/v1/../api/progress'],
    ['it by way of encoded dots', 'https://docs.example.com/v1/%2e%2e/api/progress'],
    ['it by way of an encoded slash', 'https://docs.example.com/v1/..%2fapi/progress'],
    ['it by way of a backslash', 'https://docs.example.com/v1/..\\api/progress'],
    ['it by way of an encoded backslash', 'https://docs.example.com/v1/%5C..%5Capi'],
    ['a path that only begins alike', 'https://docs.example.com/v1evil'],
    ['a path with empty parts', 'https://docs.example.com/v1//api'],
    ['another host', 'https://evil.example/v1/messages'],
    ['a host that begins alike', 'https://docs.example.com.evil.example/v1'],
    ['a host behind a user name', 'https://docs.example.com@evil.example/v1'],
    ['the API with a user name', 'https://user:pass@docs.example.com/v1/messages'],
    ['another port', 'https://docs.example.com:8443/v1/messages'],
    ['another scheme', 'http://docs.example.com/v1/messages'],
    ['a file', 'file:///v1/messages'],
    ['data', 'data:text/plain,v1'],
    ['a blob of the page', 'blob:https://docs.example.com/v1'],
    ['something relative', '/v1/messages'],
    ['nothing', ''],
  ])('%s', (_, url) => {
    const verdict = judgeRequest(url, BASE);
    expect(verdict).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('can only call https://docs.example.com/v1'),
    });
  });

  test('anything that a lenient server could take for another path', () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '%2f',
      '%5c',
      '\\',
      '/',
      '//',
      'v1',
      'api',
      'messages',
      '%00',
      '?',
      '#',
      '@',
      'evil.example',
      ':',
      ';',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('', '/'), (parts, glue) => {
        const verdict = judgeRequest(`https://docs.example.com/v1${glue}${parts.join('')}`, BASE);
        if (!verdict.allowed) return;
        // However often it is decoded, it is still below the API.
        let path = verdict.url.pathname;
        for (let round = 0; round < 3; round++) {
          path = new URL(decodeURIComponent(path).replaceAll('\\', '/'), BASE).pathname;
          expect(path).toMatch(/^\/v1(\/|$)/);
        }
        expect(verdict.url.origin).toBe('https://docs.example.com');
      }),
      { numRuns: 2_000 },
    );
  });

  test('any other origin, however it is written', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, validSchemes: ['http', 'https', 'ws', 'ftp'] }),
        (url) => {
          fc.pre(new URL(url).origin !== new URL(BASE).origin);
          expect(judgeRequest(url, BASE).allowed).toBe(false);
        },
      ),
    );
  });
});
