import { createHash } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

/** How many lines of a file the portal has, by the file's first line: a log that is rotated stays the same log. */
export interface Checkpoint {
  linesOf(firstLine: string): number;
  /** On disk when it returns, whole or not at all. */
  note(firstLine: string, lines: number): void;
}

export function openCheckpoint(path: string): Checkpoint {
  const done = readDone(path);
  const nameOf = (firstLine: string) => createHash('sha256').update(firstLine).digest('hex');
  return {
    linesOf: (firstLine) => done[nameOf(firstLine)] ?? 0,
    note(firstLine, lines) {
      done[nameOf(firstLine)] = lines;
      writeFileSync(`${path}.new`, `${JSON.stringify(done)}\n`);
      renameSync(`${path}.new`, path);
    },
  };
}

function readDone(path: string): Record<string, number> {
  try {
    const done: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof done === 'object' && done !== null ? (done as Record<string, number>) : {};
  } catch {
    // None yet, or one that cannot be read: then everything is sent again, and the portal knows what it has.
    return {};
  }
}
