import type { OutputChunk } from './engine.ts';

const encoder = new TextEncoder();

/** UTF-8 bytes, as a file would hold them. */
export function byteLength(text: string): number {
  // Long strings are measured in slices, so that 100 MB never asks for a second 100 MB at once.
  let bytes = 0;
  for (let at = 0; at < text.length; at += 65_536)
    bytes += encoder.encode(text.slice(at, at + 65_536)).byteLength;
  return bytes;
}

/** The longest beginning of `text` that fits into `maxBytes` without cutting a character in two. */
export function cutToBytes(text: string, maxBytes: number): string {
  if (maxBytes <= 0) return '';
  // A character needs a byte at least, so what lies further out cannot fit.
  const candidate = text.slice(0, maxBytes);
  const { read } = encoder.encodeInto(candidate, new Uint8Array(maxBytes));
  return candidate.slice(0, read);
}

export interface OutputLimit {
  /** What of this chunk may still be passed on; null when nothing is left of it. */
  admit(chunk: OutputChunk): OutputChunk | null;
  readonly droppedBytes: number;
}

/** Lets the first `limitBytes` of both streams together through, and counts the rest. */
export function createOutputLimit(limitBytes: number): OutputLimit {
  let room = limitBytes;
  let droppedBytes = 0;
  return {
    admit({ stream, text }) {
      const bytes = byteLength(text);
      if (bytes <= room) {
        room -= bytes;
        return text === '' ? null : { stream, text };
      }
      const head = cutToBytes(text, room);
      droppedBytes += bytes - byteLength(head);
      // Once something was cut, a shorter chunk must not slip through behind the gap.
      room = 0;
      return head === '' ? null : { stream, text: head };
    },
    get droppedBytes() {
      return droppedBytes;
    },
  };
}
