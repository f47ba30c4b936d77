import { crc32 } from 'node:zlib';
import type { PendingCall } from './usage-event.ts';

/*
 * A record: four bytes to find the next one by, the length and the CRC-32 of what follows, and calls as JSON. A
 * record that was being written when the power went is told from a whole one by its checksum.
 */
const MARK = Buffer.from('FCU1');
const HEADER = MARK.length + 8;
/** Calls per record. A reader has to hold a whole one. */
const MOST_CALLS = 1_000;

/** The calls as records, ready to be written behind one another. */
export function toRecords(calls: readonly PendingCall[]): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < calls.length; at += MOST_CALLS) {
    const body = Buffer.from(JSON.stringify(calls.slice(at, at + MOST_CALLS)));
    const header = Buffer.alloc(HEADER);
    MARK.copy(header);
    header.writeUInt32LE(body.length, MARK.length);
    header.writeUInt32LE(crc32(body), MARK.length + 4);
    parts.push(header, body);
  }
  return Buffer.concat(parts);
}

export interface ReadRecords {
  calls: PendingCall[];
  /** How many bytes these records took, those that could not be read among them. */
  bytes: number;
  /** How many of them stood before a record that can be read, and could not be read themselves. */
  damaged: number;
}

/**
 * Reads records until there are `most` calls. What is not a record is passed over up to the next one that is; a
 * record that was cut off at the end is passed over to the end.
 */
export function readRecords(bytes: Buffer, most: number): ReadRecords {
  const calls: PendingCall[] = [];
  let at = 0;
  let damaged = 0;
  while (at < bytes.length && calls.length < most) {
    const body = recordAt(bytes, at);
    if (body) {
      for (const call of JSON.parse(body.toString()) as PendingCall[]) calls.push(call);
      at += HEADER + body.length;
      continue;
    }
    const next = nextRecord(bytes, at + 1);
    if (next < 0) return { calls, bytes: bytes.length, damaged };
    damaged += next - at;
    at = next;
  }
  return { calls, bytes: at, damaged };
}

/** What a whole record at this place holds. */
function recordAt(bytes: Buffer, at: number): Buffer | null {
  if (bytes.length < at + HEADER || MARK.compare(bytes, at, at + MARK.length) !== 0) return null;
  const end = at + HEADER + bytes.readUInt32LE(at + MARK.length);
  if (end > bytes.length) return null;
  const body = bytes.subarray(at + HEADER, end);
  return crc32(body) === bytes.readUInt32LE(at + MARK.length + 4) ? body : null;
}

function nextRecord(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(MARK, from); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    if (recordAt(bytes, at)) return at;
  }
  return -1;
}
