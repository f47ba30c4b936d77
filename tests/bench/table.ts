/** One line of the benchmark's table. `reached` is null where there is no limit. */
export interface Row {
  what: string;
  measured: string;
  limit: string;
  reached: boolean | null;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that a share of all of them is below. */
export function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** A Markdown table, so that it can be pasted where people read it. */
export function printTable(rows: Row[]): void {
  const mark = { true: 'yes', false: '**no**', null: '' } as const;
  console.log('\n| measured | value | limit | reached |\n| --- | --- | --- | --- |');
  for (const { what, measured, limit, reached } of rows) {
    console.log(`| ${what} | ${measured} | ${limit} | ${mark[`${reached}`]} |`);
  }
}
