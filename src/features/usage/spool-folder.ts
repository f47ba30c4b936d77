import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A folder that no other process writes to or reads from while this one lives. */
export interface SpoolFolder {
  path: string;
  release(): void;
}

/** Beside each other in one folder; as many processes may share it. */
const MOST_PROCESSES = 1_000;
export const SEGMENT = /\.spool$/;

/**
 * The first folder under `root` that nobody holds: after a process was killed, the next one takes its place and finds
 * what it left. What others left, who were more than there are now, is moved there too. Throws the system's error
 * when the folder cannot be written.
 */
export function claimSpoolFolder(root: string): SpoolFolder {
  mkdirSync(root, { recursive: true });
  for (let n = 0; n < MOST_PROCESSES; n += 1) {
    const path = join(root, String(n));
    mkdirSync(path, { recursive: true });
    const lock = tryLock(path);
    if (!lock) continue;
    adoptLeftovers(root, path);
    return {
      path,
      release() {
        if (lock.isOpen) lock.close();
      },
    };
  }
  throw new Error(`All ${MOST_PROCESSES} folders in ${root} are held by other processes.`);
}

/** Names of segments begin with the time, so those that are moved keep their place in the order. */
function adoptLeftovers(root: string, own: string): void {
  for (const name of readdirSync(root)) {
    const path = join(root, name);
    if (path === own || !/^\d+$/.test(name) || !segmentsIn(path).length) continue;
    const lock = tryLock(path);
    for (const segment of lock ? segmentsIn(path) : []) renameSync(join(path, segment), join(own, segment));
    lock?.close();
  }
}

/** In the order in which they were begun. */
export function segmentsIn(folder: string): string[] {
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => SEGMENT.test(name))
        .sort()
    : [];
}

/** Node has no lock on files, and SQLite has one that ends with the process, however it ends. Null: it is held. */
function tryLock(folder: string): DatabaseSync | null {
  const lock = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    // SQLITE_BUSY. Anything else is a folder that cannot be written.
    if ((error as { errcode?: number }).errcode === 5) return null;
    throw error;
  }
}
