import type { SQLInputValue } from 'node:sqlite';

/**
 * As the only parameter of a statement: what SQLite runs once per row, and Postgres reads from a `copy … from stdin`.
 * Either takes a row in a third of the time that it needs to read it from JSON.
 */
export class RowBatch {
  readonly rows: readonly SQLInputValue[][];
  /** For each row that SQLite ran: whether it changed anything. */
  readonly changed: boolean[] = [];
  constructor(rows: readonly SQLInputValue[][]) {
    this.rows = rows;
  }
}
