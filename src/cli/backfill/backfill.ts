import { setTimeout as pause } from 'node:timers/promises';
import { type Destination, sendBatch } from '../../../reporting/send-batch.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type LogEvent, readLogLine } from './log-line.ts';
import { createLineNames } from './name-lines.ts';
import type { LogFile } from './read-lines.ts';

const BATCH = 2_000;
const MOST_PAUSE_MS = 30_000;
/** How long the portal may be away before this gives up; what was sent by then stays sent. */
const PATIENCE_MS = 15 * 60_000;

export interface Backfill {
  to: Destination;
  checkpoint: Checkpoint;
  /** Names that stand in the log for ids of keys. */
  keys: ReadonlyMap<string, string>;
  /** Told of each line that cannot be used, with its number. */
  onFlaw(line: number, flaw: string): void;
  onProgress(): void;
  onWait(problem: string): void;
}

export interface Backfilled {
  sent: number;
  /** The portal had them already. */
  duplicates: number;
  rejected: number;
  unreadable: number;
  /** Sent when this file was read before. */
  skipped: number;
}

interface Pending {
  line: number;
  json: string;
}

/** Sends the calls that stand in a log. Throws an Error with one sentence when the portal will not take them. */
export async function backfill(file: LogFile, task: Backfill): Promise<Backfilled> {
  const counts: Backfilled = { sent: 0, duplicates: 0, rejected: 0, unreadable: 0, skipped: 0 };
  const nameOf = createLineNames();
  let waiting: Pending[] = [];
  let firstLine = '';
  let number = 0;
  let done = 0;

  async function send() {
    await sendAll(waiting, task, counts);
    waiting = [];
    task.checkpoint.note(firstLine, number);
    task.onProgress();
  }

  for await (const line of file.lines()) {
    number += 1;
    if (number === 1) {
      firstLine = line;
      done = task.checkpoint.linesOf(line);
    }
    if (line.trim() === '') continue;
    const read = readLogLine(line);
    if ('flaw' in read) {
      counts.unreadable += number > done ? 1 : 0;
      if (number > done) task.onFlaw(number, read.flaw);
      continue;
    }
    // Lines that are done are counted all the same, for the names of those after them.
    const id = read.event.id ?? nameOf(line, read.event.timestamp);
    if (number <= done) counts.skipped += 1;
    else waiting.push({ line: number, json: toJson(read.event, id, task.keys) });
    if (waiting.length >= BATCH) await send();
  }
  if (number > done) await send();
  return counts;
}

function toJson(event: LogEvent, id: string, keys: ReadonlyMap<string, string>): string {
  return JSON.stringify({ ...event, id, key_id: keys.get(event.key_id) ?? event.key_id });
}

async function sendAll(batch: Pending[], task: Backfill, counts: Backfilled): Promise<void> {
  if (batch.length === 0) return;
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let pauseMs = 500; ; pauseMs = Math.min(pauseMs * 2, MOST_PAUSE_MS)) {
    const outcome = await sendBatch(
      task.to,
      batch.map(({ json }) => json),
    );
    if (outcome.kind === 'taken') {
      counts.sent += batch.length - outcome.duplicates - outcome.rejected.length;
      counts.duplicates += outcome.duplicates;
      counts.rejected += outcome.rejected.length;
      for (const { index, code, message } of outcome.rejected)
        task.onFlaw(batch[index]?.line ?? 0, `${code}: ${message}`);
      return;
    }
    if (outcome.kind === 'too_large' && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      await sendAll(batch.slice(0, middle), task, counts);
      return sendAll(batch.slice(middle), task, counts);
    }
    if (outcome.kind !== 'later')
      throw new Error(outcome.kind === 'refused' ? outcome.problem : 'A line is too long.');
    if (/answered (401|403|404)/.test(outcome.problem) || Date.now() > giveUpAt)
      throw new Error(outcome.problem);
    task.onWait(outcome.problem);
    await pause(outcome.afterMs ?? pauseMs);
  }
}
