import { format, inspect, type ShowError } from './inspect.ts';
import type { Output } from './output.ts';

/** The console of the sample: what Node prints where. */
export function createConsole(output: Output, showError: ShowError) {
  let margin = '';
  const counts = new Map<string, number>();
  const timers = new Map<string, number>();
  const print = (stream: 'stdout' | 'stderr', values: unknown[]) => {
    const text = format(values, showError);
    output.write(stream, `${margin}${margin ? text.replace(/\n/g, `\n${margin}`) : text}\n`);
  };
  const out = (...values: unknown[]) => print('stdout', values);
  const err = (...values: unknown[]) => print('stderr', values);
  const elapsed = (label: string) =>
    `${label}: ${(performance.now() - (timers.get(label) ?? 0)).toFixed(3)}ms`;
  return {
    log: out,
    info: out,
    debug: out,
    error: err,
    warn: err,
    table: (rows: unknown) => out(table(rows, showError)),
    dir: (value: unknown) => out(inspect(value, showError)),
    trace: (...values: unknown[]) =>
      err(showError(Object.assign(new Error(format(values, showError)), { name: 'Trace' }))),
    assert: (condition: unknown, ...values: unknown[]) => {
      if (!condition) err(...(values.length > 0 ? ['Assertion failed:', ...values] : ['Assertion failed']));
    },
    group: (...values: unknown[]) => {
      if (values.length > 0) out(...values);
      margin += '  ';
    },
    groupEnd: () => {
      margin = margin.slice(2);
    },
    count: (label = 'default') => {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      out(`${label}: ${counts.get(label)}`);
    },
    time: (label = 'default') => void timers.set(label, performance.now()),
    timeLog: (label = 'default') => out(elapsed(label)),
    timeEnd: (label = 'default') => {
      out(elapsed(label));
      timers.delete(label);
    },
    clear: () => {},
  };
}

/** Rows of objects as an aligned table; anything else as `console.log` would print it. */
function table(rows: unknown, showError: ShowError): string {
  if (!Array.isArray(rows) || !rows.every((row) => typeof row === 'object' && row !== null)) {
    return inspect(rows, showError);
  }
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row, at) => [
    String(at),
    ...columns.map((key) => (key in row ? inspect(row[key]) : '')),
  ]);
  const header = ['(index)', ...columns];
  const widths = header.map((name, at) =>
    Math.max(name.length, ...cells.map((line) => line[at]?.length ?? 0)),
  );
  const line = (parts: string[]) =>
    `│ ${parts.map((part, at) => part.padEnd(widths[at] ?? 0)).join(' │ ')} │`;
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  return [
    rule('┌', '┬', '┐'),
    line(header),
    rule('├', '┼', '┤'),
    ...cells.map(line),
    rule('└', '┴', '┘'),
  ].join('\n');
}
