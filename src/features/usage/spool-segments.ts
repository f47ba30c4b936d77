import { randomUUIDv7 } from 'node:crypto';
import { statSync } from 'node:fs';
import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentsIn } from './spool-folder.ts';

/** One file of the spool. */
export interface Segment {
  path: string;
  /** What is behind an fsync; after a crash, all there is. */
  size: number;
  /** What is stored already. */
  read: number;
  /** Holds bytes that cannot be read although others behind them can. */
  damaged: boolean;
}

/** The files of the spool: written at the end of the newest, read and removed from the oldest on. */
export interface Segments {
  oldest(): Segment | undefined;
  /** Resolves once the bytes are behind an fsync; rejects when that is not certain. One at a time. */
  append(bytes: Buffer): Promise<void>;
  /** What of a file is not stored yet. */
  rest(segment: Segment): Promise<Buffer>;
  /** Removes a file of which everything is stored; false while something is being appended to it. */
  finish(segment: Segment): Promise<boolean>;
  isAppending(): boolean;
  /** Bytes that are not stored yet. */
  left(): number;
  close(): Promise<void>;
}

/** When a file has this much, another is begun. */
const SEGMENT_BYTES = 8 * 1024 * 1024;

interface Writer {
  file: FileHandle;
  segment: Segment;
}

export function openSegments(folder: string): Segments {
  const segments: Segment[] = segmentsIn(folder).map((name) => {
    const path = join(folder, name);
    return { path, size: statSync(path).size, read: 0, damaged: false };
  });
  let writer: Writer | null = null;
  let appending = false;

  async function begin(): Promise<Writer> {
    const path = join(folder, `${randomUUIDv7()}.spool`);
    const file = await open(path, 'wx');
    const segment = { path, size: 0, read: 0, damaged: false };
    segments.push(segment);
    writer = { file, segment };
    // Without this a file that is on disk may not be in its folder after the power went.
    await syncFolder(folder);
    return writer;
  }

  async function end() {
    const ended = writer;
    writer = null;
    await ended?.file.close().catch(() => {});
  }

  const forget = (segment: Segment) => segments.splice(segments.indexOf(segment), 1);

  /**
   * A file of which a write or an fsync failed is in an unknown state: what was there before it is read, and nothing
   * more is written to it.
   */
  async function giveUp() {
    const failed = writer?.segment;
    await end();
    if (!failed || failed.read < failed.size) return;
    forget(failed);
    await unlink(failed.path).catch(() => {});
  }

  return {
    oldest: () => segments[0],
    async append(bytes) {
      appending = true;
      try {
        const { file, segment } = writer ?? (await begin());
        await writeWhole(file, bytes, segment.size);
        await file.datasync();
        segment.size += bytes.length;
        if (segment.size >= SEGMENT_BYTES) await end();
      } catch (error) {
        await giveUp();
        throw error;
      } finally {
        appending = false;
      }
    },
    rest: readRest,
    async finish(segment) {
      if (writer?.segment === segment) {
        if (appending) return false;
        await end();
      }
      forget(segment);
      if (segment.damaged) await rename(segment.path, `${segment.path}.damaged`);
      else await unlink(segment.path);
      return true;
    },
    isAppending: () => appending,
    left: () => segments.reduce((sum, { size, read }) => sum + size - read, 0),
    close: end,
  };
}

/** As a whole, so that a record which ends outside of it is one that was cut off. */
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
