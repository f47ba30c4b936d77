/** How errors are shown; the runtime hands in a version that knows the sample's files. */
export type ShowError = (error: Error) => string;

const MAX_DEPTH = 2;
const MAX_ITEMS = 100;
const LINE_WIDTH = 72;

interface State {
  seen: object[];
  showError: ShowError;
  maxDepth: number;
}

/** Prints a value the way Node's console does, near enough for a reader not to notice. */
export function inspect(value: unknown, showError: ShowError = defaultError, maxDepth = MAX_DEPTH): string {
  return show(value, 0, { seen: [], showError, maxDepth });
}

const defaultError: ShowError = (error) => error.stack ?? String(error);

function show(value: unknown, depth: number, state: State): string {
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'symbol') return value.toString();
  if (typeof value === 'function') return showFunction(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (state.seen.includes(value)) return '[Circular]';
  state.seen.push(value);
  try {
    return showObject(value, depth, state);
  } finally {
    state.seen.pop();
  }
}

function showObject(value: object, depth: number, state: State): string {
  if (value instanceof Error) return showErrorObject(value, depth, state);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString();
  if (value instanceof RegExp) return String(value);
  if (value instanceof Promise) return 'Promise { <pending> }';
  const name = className(value);
  if (value instanceof URL || value instanceof URLSearchParams) return `${name} { ${quote(String(value))} }`;
  if (depth > state.maxDepth) return Array.isArray(value) ? '[Array]' : `[${name || 'Object'}]`;
  if (Array.isArray(value)) return wrap('', '[', ']', items(value, depth, state), depth);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    const numbers = Array.from(value as Uint8Array);
    return wrap(`${name}(${numbers.length}) `, '[', ']', items(numbers, depth, state), depth);
  }
  if (value instanceof Map) {
    const entries = Array.from(
      value,
      ([k, v]) => `${show(k, depth + 1, state)} => ${show(v, depth + 1, state)}`,
    );
    return wrap(`Map(${value.size}) `, '{', '}', capped(entries), depth);
  }
  if (value instanceof Set) {
    return wrap(`Set(${value.size}) `, '{', '}', items(Array.from(value), depth, state), depth);
  }
  if (value instanceof Headers) return `Headers ${show(Object.fromEntries(value), depth, state)}`;
  const prefix = name && name !== 'Object' ? `${name} ` : '';
  return wrap(prefix, '{', '}', properties(webFields(value) ?? value, depth, state), depth);
}

/** Responses keep everything in getters; these are the ones people print them for. */
function webFields(value: object): object | undefined {
  if (!(value instanceof Response)) return undefined;
  const { status, statusText, ok, headers, bodyUsed, url } = value;
  return { status, statusText, ok, headers: Object.fromEntries(headers), bodyUsed, url };
}

function showErrorObject(error: Error, depth: number, state: State): string {
  const text = state.showError(error);
  const extra = properties(error, depth, state);
  if (error.cause !== undefined) extra.push(`[cause]: ${show(error.cause, depth + 1, state)}`);
  return extra.length === 0
    ? text
    : `${text} {\n${indent(extra.join(',\n'), depth + 1)}\n${'  '.repeat(depth)}}`;
}

function properties(value: object, depth: number, state: State): string[] {
  const own = Object.entries(Object.getOwnPropertyDescriptors(value)).filter(([, d]) => d.enumerable);
  const shown = own.map(([key, descriptor]) => {
    const label = /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
    return `${label}: ${descriptor.get ? '[Getter]' : show(descriptor.value, depth + 1, state)}`;
  });
  return capped(shown);
}

function items(values: unknown[], depth: number, state: State): string[] {
  const shown = values.slice(0, MAX_ITEMS).map((item) => show(item, depth + 1, state));
  return values.length > MAX_ITEMS ? [...shown, `... ${values.length - MAX_ITEMS} more items`] : shown;
}

function capped(entries: string[]): string[] {
  if (entries.length <= MAX_ITEMS) return entries;
  return [...entries.slice(0, MAX_ITEMS), `... ${entries.length - MAX_ITEMS} more items`];
}

function wrap(prefix: string, open: string, close: string, parts: string[], depth: number): string {
  if (parts.length === 0) return `${prefix}${open}${close}`;
  const oneLine = `${prefix}${open} ${parts.join(', ')} ${close}`;
  if (oneLine.length + depth * 2 <= LINE_WIDTH && !oneLine.includes('\n')) return oneLine;
  const pad = '  '.repeat(depth + 1);
  return `${prefix}${open}\n${parts.map((part) => pad + part).join(',\n')}\n${'  '.repeat(depth)}${close}`;
}

function showFunction(value: object & { name?: string }): string {
  const isClass = /^class\b/.test(Function.prototype.toString.call(value));
  const kind = isClass ? 'class' : 'Function';
  const name = value.name || '(anonymous)';
  return isClass ? `[class ${name}]` : `[${kind}${value.name ? `: ${name}` : ` ${name}`}]`;
}

function className(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return '[Object: null prototype]';
  return (prototype as { constructor?: { name?: string } }).constructor?.name ?? '';
}

function quote(text: string): string {
  const escaped = text
    .replace(/\\/g, '\\\\')
    .replace(/\n/g, '\\n')
    .replace(/\r/g, '\\r')
    .replace(/\t/g, '\\t');
  if (!escaped.includes("'")) return `'${escaped}'`;
  return escaped.includes('"') ? `'${escaped.replace(/'/g, "\\'")}'` : `"${escaped}"`;
}

const indent = (text: string, depth: number) => text.replace(/^/gm, '  '.repeat(depth));

/** `console.log`'s rules: a format string first, then every further value after a space. */
export function format(values: unknown[], showError: ShowError = defaultError): string {
  const [first, ...rest] = values;
  const parts: string[] = [];
  if (typeof first === 'string') {
    parts.push(
      rest.length === 0 ? first : first.replace(/%[sdifjoOc%]/g, (code) => substitute(code, rest, showError)),
    );
  } else if (values.length > 0) parts.push(inspect(first, showError));
  for (const value of rest) parts.push(typeof value === 'string' ? value : inspect(value, showError));
  return parts.join(' ');
}

function substitute(code: string, rest: unknown[], showError: ShowError): string {
  if (code === '%%') return '%';
  if (rest.length === 0) return code;
  const value = rest.shift();
  switch (code) {
    case '%s':
      return typeof value === 'object' && value !== null ? inspect(value, showError, 0) : String(value);
    case '%d':
      return typeof value === 'bigint' ? `${value}n` : String(Number(value));
    case '%i':
      return String(Number.parseInt(String(value), 10));
    case '%f':
      return String(Number.parseFloat(String(value)));
    case '%j':
      return JSON.stringify(value) ?? 'undefined';
    case '%c':
      return '';
    default:
      return inspect(value, showError, 4);
  }
}
