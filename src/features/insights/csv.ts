import { Readable } from 'node:stream';

/** A cell that a spreadsheet would take for a formula is text: what developers wrote must not be run by whoever opens it. */
const FORMULA = /^[=+\-@\t\r]/;

export type CsvCell = string | number | null;

/** RFC 4180, with a line of names first. */
export function toCsv(names: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  return [names, ...rows].map(toLine).join('');
}

/** The same of rows that come one after the other, as bytes. */
export function csvStream(
  names: readonly string[],
  rows: AsyncIterable<readonly CsvCell[]>,
): ReadableStream<Uint8Array> {
  async function* lines() {
    yield toLine(names);
    for await (const row of rows) yield toLine(row);
  }
  return Readable.toWeb(Readable.from(lines(), { objectMode: false })) as ReadableStream<Uint8Array>;
}

const toLine = (row: readonly CsvCell[]) => `${row.map(toCell).join(',')}\r\n`;

function toCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const HOUR_MS = 3_600_000;

/** A duration as spreadsheets take it; null is an empty cell. */
export const inHours = (ms: number | null) => (ms === null ? null : ms / HOUR_MS);

/** As a file that a browser saves. */
export function csvResponse(name: string, body: string | ReadableStream<Uint8Array>): Response {
  return new Response(body, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.csv"`,
    },
  });
}
