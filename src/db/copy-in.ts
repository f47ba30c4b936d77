import pg from 'pg';
import type { RowBatch } from './row-batch.ts';

interface CopyConnection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** Rows; some 40 KB. */
const PIECE = 200;

type Done = (error: Error | undefined, result: pg.QueryResult) => void;

/** A `copy … from stdin` whose rows are sent when Postgres asks for them. */
export class CopyIn extends pg.Query {
  readonly #batch: RowBatch;

  constructor(text: string, batch: RowBatch, done: Done) {
    super(text, undefined, done);
    this.#batch = batch;
  }

  /** pg calls this; its own would refuse to copy. */
  handleCopyInResponse(connection: CopyConnection): void {
    const { rows } = this.#batch;
    // Small pieces live shortly: a whole batch would be too large to be collected with what is young.
    for (let at = 0; at < rows.length; at += PIECE)
      connection.sendCopyFromChunk(Buffer.from(toCopyText(rows.slice(at, at + PIECE))));
    connection.endCopyFrom();
  }
}

/** Rows in the text format of `copy`: a line each, cells apart by tabs. */
export function toCopyText(rows: RowBatch['rows']): string {
  return rows.map((row) => `${row.map(toCell).join('\t')}\n`).join('');
}

const SPECIAL = /[\\\t\n\r]/;
const ESCAPES: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function toCell(cell: RowBatch['rows'][number][number]): string {
  if (cell === null) return '\\N';
  const text = String(cell);
  return SPECIAL.test(text) ? text.replace(/[\\\t\n\r]/g, (char) => ESCAPES[char] ?? char) : text;
}
