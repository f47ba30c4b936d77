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
  /** What of a file is not stored yet; overwritten by the next that is read. One at a time. */
  rest(segment: Segment): Promise<Buffer>;
  /** Removes a file of which everything is stored; false while something is being appended to it. */
  finish(segment: Segment): Promise<boolean>;
  isAppending(): boolean;
  /** Bytes that are not stored yet. */
  left(): number;
  close(): Promise<void>;
}

/** When a file has this much, another is begun. It is read as a whole. */
const SEGMENT_BYTES = 2 * 1024 * 1024;

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
  let buffer = Buffer.allocUnsafeSlow(0);

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
    async rest(segment) {
      const length = segment.size - segment.read;
      // One for all: buffers that come and go are freed so late that they would be most of the memory.
      if (buffer.length < length) buffer = Buffer.allocUnsafeSlow(length);
      return buffer.subarray(0, await readAt(segment, buffer, length));
    },
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

/** The rest as a whole, so that a record which ends outside of it is one that was cut off. Returns how much there was. */
async function readAt({ path, read }: Segment, into: Buffer, length: number): Promise<number> {
  const file = await open(path, 'r');
  try {
    const { bytesRead } = await file.read(into, 0, length, read);
    return bytesRead;
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
