import fc from 'fast-check';
import { expect, test } from 'vitest';
import { highlight } from '../../../src/components/sandbox/highlight.ts';

const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

test('keywords, values and comments are marked, one element per line', () => {
  expect(highlight("const a = 'x'; // y", 'a.ts')).toBe(
    `<span class="line"><span class="k">const</span> a = <span class="v">'x'</span>; <span class="c">// y</span>\n</span>`,
  );
});

test('what stands in a template is code again', () => {
  expect(highlight(`\`a \${b} c\``, 'a.ts')).toBe(
    `<span class="line"><span class="v">\`a </span>\${b}<span class="v"> c\`</span>\n</span>`,
  );
});

test('a name that contains a keyword is a name', () => {
  expect(highlight('a.from; newMessage; type: 1', 'a.ts')).not.toContain('class="k"');
});

test('any text comes out as it went in, and never as markup', () => {
  const bits = fc.constantFrom(
    '<b>',
    '</span>',
    '"',
    "'",
    '`',
    '${',
    '}',
    '//',
    '/*',
    '*/',
    '\n',
    'const ',
    '&',
    '\\',
    'x',
    '1',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(bits).map((parts) => parts.join('')),
      ),
      fc.constantFrom('a.ts', 'a.sh'),
      (code, path) => {
        const html = highlight(code, path);
        expect(plain(html)).toBe(`${code}\n`);
        expect(html.replace(/<\/?span( class="(line|c|v|k)")?>/g, '')).not.toMatch(/[<>]/);
      },
    ),
  );
});
