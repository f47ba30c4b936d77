import { describe, expect, test } from 'vitest';
import { normaliseEmail } from '../../../src/features/sign-in/email-address.ts';
import { returnPath } from '../../../src/features/sign-in/return-path.ts';

describe('an e-mail address', () => {
  test.each([
    ['ada@example.com', 'ada@example.com'],
    ['  Ada.Lovelace+firstcall@Example.COM \n', 'ada.lovelace+firstcall@example.com'],
    ["o'hara@example.co.uk", "o'hara@example.co.uk"],
    ['ada@bücher.example', 'ada@xn--bcher-kva.example'],
    ['ADA@BÜCHER.EXAMPLE', 'ada@xn--bcher-kva.example'],
  ])('%j is the mailbox %s', (written, mailbox) => {
    expect(normaliseEmail(written)).toBe(mailbox);
  });

  test.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@@example.com',
    'ada@exa mple.com',
    'ada@example..com',
    '.ada@example.com',
    'ada..lovelace@example.com',
    '"ada lovelace"@example.com',
    'ada@[127.0.0.1]',
    'ada@example.com, eve@example.com',
    'Ada <ada@example.com>',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada%eve@example.com@eve.example\u0000',
    // A Kelvin sign, which lower case would make a plain k.
    'mi\u212ae@example.com',
    // A dotless i.
    'ma\u0131l@example.com',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a.'.repeat(200)}com`,
    'ada@example.com'.repeat(100_000),
  ])('%j is none', (written) => {
    expect(normaliseEmail(written)).toBeNull();
  });
});

describe('the page to go on with', () => {
  test.each(['/', '/keys', '/quickstart/', '/claim/abc?x=1#y', '/guides/errors/#busy'])(
    '%s is one',
    (path) => {
      expect(returnPath(path)).toBe(path);
    },
  );

  test.each([
    null,
    '',
    'keys',
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/keys\r\nSet-Cookie: a=b',
    '/keys with spaces',
    'javascript:alert(1)',
    `/${'a'.repeat(600)}`,
  ])('%j is none', (path) => {
    expect(returnPath(path)).toBeNull();
  });
});
