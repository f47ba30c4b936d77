/** What may come next; `…OrClose` also takes the closing bracket, as directly after an opening one. */
type Expected = 'value' | 'valueOrClose' | 'key' | 'keyOrClose' | 'colon' | 'commaOrClose' | 'nothing';

const SPACE = /[ \t\n\r]*/y;
/** A string up to its closing quote, or up to the first character that may not be in one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these inside a string
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y;

/** Where the match of a sticky pattern at `at` ends; `at` itself without one. */
function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
}

/**
 * The index at which a text stops being JSON, or its length when it only ends too early; undefined for JSON. Engines
 * report the place in some of their messages and leave it out of others, which is no answer to give to a caller.
 */
export function placeOfBreak(text: string): number | undefined {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  const afterValue = (): Expected => (open.length > 0 ? 'commaOrClose' : 'nothing');
  for (let at = skip(SPACE, text, 0); ; at = skip(SPACE, text, at)) {
    const char = text[at];
    if (char === undefined) return expected === 'nothing' ? undefined : at;
    const container = open.at(-1);
    const isKey: boolean = expected === 'key' || expected === 'keyOrClose';
    const isValue: boolean = expected === 'value' || expected === 'valueOrClose';
    if (char === '"' && (isKey || isValue)) {
      at = skip(STRING, text, at);
      if (text[at] !== '"') return at;
      expected = isKey ? 'colon' : afterValue();
    } else if ((char === '{' || char === '[') && isValue) {
      open.push(char);
      expected = char === '{' ? 'keyOrClose' : 'valueOrClose';
    } else if (expected.endsWith('OrClose') && char === (container === '{' ? '}' : ']')) {
      open.pop();
      expected = afterValue();
    } else if (char === ':' && expected === 'colon') {
      expected = 'value';
    } else if (char === ',' && expected === 'commaOrClose') {
      expected = container === '{' ? 'key' : 'value';
    } else {
      const end: number = isValue ? skip(SCALAR, text, at) : at;
      if (end === at) return at;
      expected = afterValue();
      at = end - 1;
    }
    at += 1;
  }
}
