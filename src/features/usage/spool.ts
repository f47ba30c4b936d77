import { randomUUIDv7 } from 'node:crypto';
import { statSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { claimSpoolFolder, segmentsIn } from './spool-folder.ts';
import { readRecords, toRecords } from './spool-record.ts';
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

interface Segment {
  path: string;
  /** What is behind an fsync; after a crash, all there is. */
  size: number;
  /** What is stored already. */
  read: number;
  /** Holds bytes that cannot be read although others behind them can. */
  damaged: boolean;
}

/** When a file has this much, another is begun. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

export interface SpoolOptions {
  folder: string;
  maxBytes: number;
  log: Logger;
}

/** Opens the spool with what a process before left in it. Throws the system's error when it cannot be written. */
export function openSpool({ folder, maxBytes, log }: SpoolOptions): Spool {
  const own = claimSpoolFolder(folder);
  const segments: Segment[] = segmentsIn(own.path).map((name) => {
    const path = join(own.path, name);
    return { path, size: statSync(path).size, read: 0, damaged: false };
  });
  let writer: { file: FileHandle; segment: Segment } | null = null;
  let bytes = segments.reduce((sum, { size }) => sum + size, 0);
  let appending = false;

  async function startSegment() {
    const path = join(own.path, `${randomUUIDv7()}.spool`);
    const file = await open(path, 'wx');
    const segment = { path, size: 0, read: 0, damaged: false };
    segments.push(segment);
    writer = { file, segment };
    // Without this a file that is on disk may not be in its folder after the power went.
    await syncFolder(own.path);
    return writer;
  }

  async function endSegment() {
    const ended = writer;
    writer = null;
    await ended?.file.close().catch(() => {});
  }

  /** Removes a file of which everything is stored, unless something is being appended to it. */
  async function finish(segment: Segment): Promise<boolean> {
    if (writer?.segment === segment) {
      if (appending) return false;
      await endSegment();
    }
    segments.splice(segments.indexOf(segment), 1);
    if (segment.damaged) await rename(segment.path, `${segment.path}.damaged`);
    else await unlink(segment.path);
    return true;
  }

  /**
   * A file of which a write or an fsync failed is in an unknown state: what was there before it is read, and nothing
   * more is written to it.
   */
  async function giveUpSegment() {
    const failed = writer?.segment;
    await endSegment();
    if (!failed || failed.read < failed.size) return;
    segments.splice(segments.indexOf(failed), 1);
    await unlink(failed.path).catch(() => {});
  }

  return {
    async append(calls) {
      const records = toRecords(calls);
      if (bytes + records.length > maxBytes) {
        throw new SpoolFullError(`The spool has ${bytes} bytes of the ${maxBytes} it may have.`);
      }
      appending = true;
      try {
        const { file, segment } = writer ?? (await startSegment());
        await writeWhole(file, records, segment.size);
        await file.datasync();
        segment.size += records.length;
        bytes += records.length;
        if (segment.size >= SEGMENT_BYTES) await endSegment();
      } catch (error) {
        await giveUpSegment();
        throw error;
      } finally {
        appending = false;
      }
    },
    async next(most) {
      for (let segment = segments[0]; segment; segment = segments[0]) {
        const left = segment.size - segment.read;
        if (left === 0) {
          if (await finish(segment)) continue;
          return null;
        }
        const found = readRecords(await readRest(segment), most);
        // Nothing follows; and a file that somebody made shorter ends all the same.
        const taken = found.calls.length < most ? left : found.bytes;
        if (found.damaged > 0) {
          segment.damaged = true;
          log.error({ path: segment.path, bytes: found.damaged }, 'calls in the spool cannot be read');
        }
        const here = segment;
        const drop = async () => {
          here.read += taken;
          bytes -= taken;
          if (here.read === here.size) await finish(here);
        };
        if (found.calls.length > 0) return { calls: found.calls, drop };
        await drop();
      }
      return null;
    },
    bytes: () => bytes,
    isEmpty: () => bytes === 0 && !appending,
    async close() {
      await endSegment();
      own.release();
    },
  };
}

/** The rest as a whole, so that a record which ends outside of it is one that was cut off. */
async function readRest({ path, read, size }: Segment): Promise<Buffer> {
  const length = size - read;
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, read);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer, from: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, from + done);
    done += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
