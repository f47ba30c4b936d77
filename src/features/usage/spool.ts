import type { Logger } from 'pino';
import { claimSpoolFolder } from './spool-folder.ts';
import { readRecords, toRecords } from './spool-record.ts';
import { openSegments, type Segment } from './spool-segments.ts';
import type { PendingCall } from './usage-event.ts';

/** Calls in files, in the order in which they came, for as long as the database is away. */
export interface Spool {
  /** Resolves once the calls are behind an fsync; rejects when that is not certain. One at a time. */
  append(calls: readonly PendingCall[]): Promise<void>;
  /** The oldest calls, about `most` of them; null: there are none. They stay until they are dropped. One at a time. */
  next(most: number): Promise<SpooledCalls | null>;
  /** Bytes that wait. */
  bytes(): number;
  /** Whether nothing waits that was appended so far. */
  isEmpty(): boolean;
  close(): Promise<void>;
}

export interface SpooledCalls {
  calls: PendingCall[];
  /** Forgets them, once they are stored. */
  drop(): Promise<void>;
}

/** There is more in the spool than the configuration allows, so nothing was written. */
export class SpoolFullError extends Error {}

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  log: Logger;
}

/** Opens the spool with what a process before left in it. Throws the system's error when it cannot be written. */
export function openSpool({ folder, maxBytes, log }: SpoolOptions): Spool {
  const own = claimSpoolFolder(folder);
  const segments = openSegments(own.path);
  let bytes = segments.left();

  async function readSome(segment: Segment, most: number): Promise<SpooledCalls> {
    const left = segment.size - segment.read;
    const found = readRecords(await segments.rest(segment), most);
    if (found.damaged > 0) {
      segment.damaged = true;
      log.error({ path: segment.path, bytes: found.damaged }, 'calls in the spool cannot be read');
    }
    // Nothing follows; and a file that somebody made shorter ends all the same.
    const taken = found.calls.length < most ? left : found.bytes;
    return {
      calls: found.calls,
      async drop() {
        segment.read += taken;
        bytes -= taken;
        if (segment.read === segment.size) await segments.finish(segment);
      },
    };
  }

  return {
    async append(calls) {
      const records = toRecords(calls);
      if (bytes + records.length > maxBytes) {
        throw new SpoolFullError(`The spool has ${bytes} bytes of the ${maxBytes} it may have.`);
      }
      await segments.append(records);
      bytes += records.length;
    },
    async next(most) {
      for (let segment = segments.oldest(); segment; segment = segments.oldest()) {
        if (segment.size === segment.read) {
          if (await segments.finish(segment)) continue;
          return null;
        }
        const found = await readSome(segment, most);
        if (found.calls.length > 0) return found;
        await found.drop();
      }
      return null;
    },
    bytes: () => bytes,
    isEmpty: () => bytes === 0 && !segments.isAppending(),
    async close() {
      await segments.close();
      own.release();
    },
  };
}
