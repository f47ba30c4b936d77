import { structuredPatch } from 'diff';

export interface DifferenceLine {
  kind: 'same' | 'removed' | 'added';
  /** From 1: in the new text, or in the old one for a line that was removed. */
  number: number;
  text: string;
}

/** What changed from one text to another, in pieces with some lines around them. */
export interface Difference {
  pieces: DifferenceLine[][];
  added: number;
  removed: number;
}

const AROUND = 2;
/** Texts without a line in common take long to compare; then one stands for the other as a whole. */
const PATIENCE_MS = 500;
const KINDS = { ' ': 'same', '-': 'removed', '+': 'added' } as const;

export function difference(before: string, after: string): Difference {
  const options = { context: AROUND, timeout: PATIENCE_MS } as const;
  // A break that is missing at the very end is no difference for a reader.
  const patch = structuredPatch('', '', ended(before), ended(after), '', '', options);
  const pieces = patch?.hunks.map(readHunk) ?? [
    [...linesOf(before).map(line('removed')), ...linesOf(after).map(line('added'))],
  ];
  const count = (kind: DifferenceLine['kind']) => pieces.flat().filter((one) => one.kind === kind).length;
  return { pieces, added: count('added'), removed: count('removed') };
}

function readHunk(hunk: { oldStart: number; newStart: number; lines: string[] }): DifferenceLine[] {
  const at = { old: hunk.oldStart, new: hunk.newStart };
  return hunk.lines.flatMap((marked) => {
    const kind = KINDS[marked.charAt(0) as keyof typeof KINDS];
    if (!kind) return [];
    const number = kind === 'removed' ? at.old : at.new;
    if (kind !== 'added') at.old += 1;
    if (kind !== 'removed') at.new += 1;
    return [{ kind, number, text: marked.slice(1) }];
  });
}

const ended = (text: string) => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
const linesOf = (text: string) => ended(text).split('\n').slice(0, -1);
const line = (kind: DifferenceLine['kind']) => (text: string, at: number) => ({ kind, number: at + 1, text });

/**
 * What turns the direction of a line, or shows nothing at all, can make code read other than it runs: control and
 * format characters, but tabs.
 */
const UNSEEN = /(?!\t)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** A line in parts, those that would not be seen written out as `U+202E`. */
export function showUnseen(text: string): { text: string; unseen: boolean }[] {
  const parts: { text: string; unseen: boolean }[] = [];
  let at = 0;
  for (const { 0: char, index } of text.matchAll(UNSEEN)) {
    if (index > at) parts.push({ text: text.slice(at, index), unseen: false });
    const code = char.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    parts.push({ text: `U+${code}`, unseen: true });
    at = index + char.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), unseen: false });
  return parts;
}
