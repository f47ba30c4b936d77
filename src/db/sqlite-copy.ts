import { existsSync } from 'node:fs';
import { backup, DatabaseSync } from 'node:sqlite';

/** Pages between two looks at what else wants to be done. */
const PAGES_AT_ONCE = 1_000;

/** Copies a database that may be in use; the copy is the database as it was at one moment. Rejects with SQLite's error. */
export async function copySqlite(from: string, to: string): Promise<void> {
  const source = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  try {
    await backup(source, to, { rate: PAGES_AT_ONCE });
  } finally {
    source.close();
  }
}

/** What is wrong with a file, in SQLite's words; null when every page and index is sound. Reads all of it. */
export function sqliteFlaw(path: string): string | null {
  try {
    const file = new DatabaseSync(path, { readOnly: true });
    try {
      const [first] = file.prepare('pragma integrity_check(1)').all();
      const answer = String(first?.integrity_check);
      return answer === 'ok' ? null : answer;
    } finally {
      file.close();
    }
  } catch (error) {
    return (error as Error).message;
  }
}

/** SQLITE_BUSY */
const BUSY = 5;

/** Whether another process has the file open: in WAL mode each of them holds a lock for as long as it does. */
export function isSqliteInUse(path: string): boolean {
  if (!existsSync(path)) return false;
  const file = new DatabaseSync(path, { timeout: 100 });
  try {
    file.exec('pragma locking_mode = exclusive; begin exclusive; commit;');
    return false;
  } catch (error) {
    return (error as { errcode?: number }).errcode === BUSY;
  } finally {
    file.close();
  }
}
