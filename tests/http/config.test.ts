import { expect, test } from 'vitest';
import { ConfigError, parseConfig } from '../../src/config.ts';

test('everything has a default', () => {
  expect(parseConfig({})).toMatchObject({
    port: 4321,
    host: 'localhost',
    publicUrl: 'http://localhost:4321',
    dataDir: './data',
    databaseUrl: undefined,
    upstreamUrl: undefined,
    apiPrefix: '/v1',
  });
  expect(parseConfig({ PORT: '', UPSTREAM_URL: '' })).toMatchObject({ port: 4321, upstreamUrl: undefined });
  expect(parseConfig({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
  expect(parseConfig({ PUBLIC_URL: 'https://docs.example/' }).publicUrl).toBe('https://docs.example');
});

test('WebContainer is tried first where it may be used, and the embedded engine is always there', () => {
  expect(parseConfig({}).sandboxEngines).toEqual(['embedded']);
  expect(parseConfig({ WEBCONTAINER_CLIENT_ID: 'wc_api_acme' }).sandboxEngines).toEqual([
    'webcontainer',
    'embedded',
  ]);
  expect(
    parseConfig({ WEBCONTAINER_CLIENT_ID: 'wc_api_acme', SANDBOX_ENGINES: 'embedded' }).sandboxEngines,
  ).toEqual(['embedded']);
  expect(parseConfig({ SANDBOX_ENGINES: 'webcontainer, embedded' }).sandboxEngines).toEqual([
    'webcontainer',
    'embedded',
  ]);
});

test.each([
  ['PORT', 'http', 'PORT must be a whole number from 0 to 65535, but is "http".'],
  ['PORT', '70000', 'PORT must be a whole number from 0 to 65535, but is "70000".'],
  [
    'LOG_LEVEL',
    'loud',
    'LOG_LEVEL must be one of silent, fatal, error, warn, info, debug, trace, but is "loud".',
  ],
  [
    'DATABASE_URL',
    'mysql://root:hunter2@db',
    'DATABASE_URL must be an absolute URL that begins with postgres:// or postgresql://, but is something else.',
  ],
  [
    'UPSTREAM_URL',
    'localhost:3000',
    'UPSTREAM_URL must be an absolute URL that begins with http:// or https://, but is something else.',
  ],
  [
    'SMTP_URL',
    'mail',
    'SMTP_URL must be an absolute URL that begins with smtp:// or smtps://, but is something else.',
  ],
  [
    'REPORTING_ZONE',
    'Berlin',
    'REPORTING_ZONE must be the name of a time zone such as Europe/Berlin, but is "Berlin".',
  ],
  [
    'REPORTING_ZONE',
    '+02:00',
    'REPORTING_ZONE must be the name of a time zone such as Europe/Berlin, but is "+02:00".',
  ],
  ['API_PREFIX', 'v1', 'API_PREFIX must be a path such as /v1, but is "v1".'],
  ['API_PREFIX', '/api', 'API_PREFIX must not be one of the portal’s own paths, but is "/api".'],
  ['KEY_PREFIX', 'Fc_', 'KEY_PREFIX must be 1 to 12 lower-case letters or digits, but is "Fc_".'],
  ['API_PREFIX', '/sandbox', 'API_PREFIX must not be one of the portal’s own paths, but is "/sandbox".'],
  ...['webcontainer', 'embedded,embedded', 'embedded,docker'].map((list): [string, string, string] => [
    'SANDBOX_ENGINES',
    list,
    `SANDBOX_ENGINES must name embedded, and webcontainer where you may use it, in the order in which they are tried, but is "${list}".`,
  ]),
  ['TRUST_PROXY', 'yes', 'TRUST_PROXY must be true or false, but is "yes".'],
])('%s=%s is refused in one sentence that names it', (name, value, sentence) => {
  expect(() => parseConfig({ [name]: value })).toThrow(new ConfigError(sentence));
});
