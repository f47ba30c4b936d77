type Kind = 'comment' | 'value' | 'keyword';

const WORDS =
  'abstract as async await break case catch class const continue declare default delete do else enum export extends finally for from function get if implements import in infer instanceof interface is keyof let namespace new of private protected public readonly return satisfies set static super switch this throw try type typeof var void while yield';
const SCRIPT = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$))`,
    String.raw`(?<value>'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?|\x60(?:\\.|[^\x60\\])*\x60?|\b(?:\d[\w.]*|true|false|null|undefined)\b)`,
    String.raw`(?<![.\w$])(?<keyword>${WORDS.split(' ').join('|')})(?![\w$]|\s*:(?!:))`,
  ].join('|'),
  'g',
);
const PYTHON_WORDS =
  'and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield';
const PYTHON = new RegExp(
  [
    String.raw`(?<comment>#[^\n]*)`,
    String.raw`(?<value>[rbfu]{0,2}(?:"{3}[\s\S]*?(?:"{3}|$)|'{3}[\s\S]*?(?:'{3}|$)|'(?:\\.|[^'\\\n])*'?|"(?:\\.|[^"\\\n])*"?)|\b(?:\d[\w.]*|True|False|None)\b)`,
    String.raw`(?<![.\w])(?<keyword>${PYTHON_WORDS.split(' ').join('|')})(?!\w)`,
  ].join('|'),
  'g',
);
const SHELL = /(?<comment>(?<=^|\s)#[^\n]*)|(?<value>'[^']*'?|"(?:\\.|[^"\\])*"?)|(?<keyword>^\w+)/gm;

/**
 * Code as HTML: one element per line, comments, values and keywords marked. Small enough to run on each keystroke,
 * and the same for the page as it is served and for the plain editor.
 */
export function highlight(code: string, path: string): string {
  const lines = [''];
  const add = (text: string, kind?: Kind) => {
    text.split('\n').forEach((part, at) => {
      if (at > 0) lines.push('');
      const html = escapeHtml(part);
      if (part !== '') lines[lines.length - 1] += kind ? `<span class="${kind[0]}">${html}</span>` : html;
    });
  };
  let at = 0;
  for (const match of code.matchAll(grammarOf(path))) {
    add(code.slice(at, match.index));
    const kind = Object.entries(match.groups ?? {}).find(([, text]) => text !== undefined)?.[0] as Kind;
    if (match[0].startsWith('`')) addTemplate(match[0], /(\$\{[^}]*\})/, add);
    else if (/^[rR]?f['"]/.test(match[0])) addTemplate(match[0], /(\{[^{}]*\})/, add);
    else add(match[0], kind);
    at = match.index + match[0].length;
  }
  add(code.slice(at));
  return lines.map((line) => `<span class="line">${line}\n</span>`).join('');
}

function grammarOf(path: string): RegExp {
  if (path.endsWith('.sh')) return SHELL;
  return path.endsWith('.py') ? PYTHON : SCRIPT;
}

/** What stands in `${…}`, or in Python in `{…}`, is code again, and looks like it. */
function addTemplate(text: string, code: RegExp, add: (text: string, kind?: Kind) => void): void {
  text.split(code).forEach((part, at) => {
    add(part, at % 2 === 1 ? undefined : 'value');
  });
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
