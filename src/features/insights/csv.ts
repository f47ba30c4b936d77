/** A cell that a spreadsheet would take for a formula is text: what developers wrote must not be run by whoever opens it. */
const FORMULA = /^[=+\-@\t\r]/;

export type CsvCell = string | number | null;

/** RFC 4180, with a line of names first. */
export function toCsv(names: readonly string[], rows: Iterable<readonly CsvCell[]>): string {
  const lines = [names.map(toCell).join(',')];
  for (const row of rows) lines.push(row.map(toCell).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function toCell(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** As a file that a browser saves. */
export function csvResponse(name: string, text: string): Response {
  return new Response(text, {
    headers: {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.csv"`,
    },
  });
}
