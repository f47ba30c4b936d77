import type { z } from 'zod';
import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { UsageRecorder } from '../usage/record-usage.ts';
import type { Fate } from '../usage/store-apart.ts';
import { type PendingCall, toClient, toRoute } from '../usage/usage-event.ts';
import { isPlainlySound } from './quick-check.ts';
import {
  type BatchOptions,
  type EventResult,
  MOST_EVENTS,
  type ReportedEvent,
  reportedEvent,
  type UsageAnswer,
} from './usage-report.ts';

/** What intake works with; a running portal is one of these. */
export interface IntakeParts {
  ctx: Pick<Context, 'now'>;
  usage: Pick<UsageRecorder, 'report'>;
}

export interface Report extends BatchOptions {
  /** The root key of who reports. */
  source: string;
  /** As they came; each is looked at by itself. A line that could not be parsed is an UNPARSED. */
  events: readonly unknown[];
}

/** Stands where an event should be that was no JSON. */
export const UNPARSED = Symbol('not JSON');

const AHEAD_MS = 5 * 60_000;

/**
 * Stores what of a report is usable, and says of each event what became of it. Resolves once the accepted ones are
 * behind an fsync. Throws AppError 422 for too many events, 429 and 503 when nothing of it was taken.
 */
export async function intake({ ctx, usage }: IntakeParts, report: Report): Promise<UsageAnswer> {
  if (report.events.length > MOST_EVENTS) throw tooManyEvents(report.events.length);
  const now = ctx.now();
  const results: EventResult[] = [];
  const calls: PendingCall[] = [];
  const places: number[] = [];
  for (const [index, event] of report.events.entries()) {
    const read = readEvent(event);
    if ('code' in read) {
      results.push({ index, id: idOf(event), status: 'rejected', ...read });
      continue;
    }
    results.push({ index, id: read.id, status: 'accepted' });
    calls.push(toPendingCall(read, report, now));
    places.push(index);
  }
  const stored = await usage.report(report.source, calls);
  if (stored !== 'spooled') {
    for (const [at, place] of places.entries()) {
      const result = results[place];
      const fate = stored[at];
      if (result && fate && fate !== 'accepted') Object.assign(result, RESULTS[fate]);
    }
  }
  return count(results, stored === 'spooled');
}

const RESULTS: Record<Exclude<Fate, 'accepted'>, Pick<EventResult, 'status' | 'code' | 'message'>> = {
  duplicate: { status: 'duplicate' },
  id_reused: {
    status: 'rejected',
    code: 'id_reused',
    message: 'Another call was reported under this id. Give each call an id of its own.',
  },
  unknown_key: {
    status: 'rejected',
    code: 'unknown_key',
    message: 'There is no key with this id. Its developer may have deleted themselves.',
  },
  too_old: {
    status: 'rejected',
    code: 'too_old',
    message: 'The call is older than calls are kept here.',
  },
  unstorable: {
    status: 'rejected',
    code: 'invalid_event',
    message: 'The database does not take this event. The log of the portal says why.',
  },
};

type Flaw = Required<Pick<EventResult, 'code' | 'message'>>;

function readEvent(event: unknown): ReportedEvent | Flaw {
  if (isPlainlySound(event)) return event;
  if (event === UNPARSED) return { code: 'invalid_json', message: 'This line is not JSON.' };
  const parsed = reportedEvent.safeParse(event);
  return parsed.success ? parsed.data : { code: 'invalid_event', message: sayFlaw(parsed.error) };
}

function sayFlaw(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.');
  return field ? `The field ${field}: ${issue?.message}.` : `The event: ${issue?.message}.`;
}

/** For the sender to find it by. What could not be an id is not repeated. */
function idOf(event: unknown): string | null {
  const id = typeof event === 'object' && event !== null && 'id' in event ? event.id : null;
  return typeof id === 'string' && id.length <= 128 ? id : null;
}

function toPendingCall(event: ReportedEvent, report: Report, now: number): PendingCall {
  const at = toTime(event.timestamp);
  const sentAt = event.sent_at ?? report.sent_at;
  const ahead = sentAt === undefined ? 0 : now - toTime(sentAt);
  const corrected = report.backfill ? at : at + ahead;
  // A clock that is ahead after all would make an event the latest for as long.
  const occurredAt = corrected > now + (report.backfill ? 0 : AHEAD_MS) ? now : corrected;
  return {
    id: event.id,
    credentialId: event.key_id,
    receivedAt: report.backfill ? occurredAt : now,
    occurredAt,
    method: event.method,
    route: toRoute(event.route ?? event.path ?? '/'),
    status: event.status,
    ok: event.ok ?? null,
    durationMs: event.duration_ms ?? 0,
    errorCode: event.error_code ?? null,
    clue: null,
    client: event.synthetic ? 'monitor' : toClient(event.user_agent ?? undefined),
    admitted: event.status !== 401,
    requestId: event.request_id ?? null,
    source: report.source,
    fingerprint: fingerprintOf(event, at),
  };
}

function toTime(time: string | number): number {
  return typeof time === 'number' ? time : Date.parse(time);
}

/** Of what a call is, and not of when or with which others it was sent. */
function fingerprintOf(event: ReportedEvent, at: number): number {
  const { key_id, method, route, path, status, ok, error_code, request_id } = event;
  return fnv1a(
    `${key_id} ${at} ${method} ${status} ${ok ?? ''} ${error_code ?? ''} ${request_id ?? ''} ${route ?? path}`,
  );
}

/** FNV-1a. A native checksum would copy the string first, which takes longer than this. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}

function count(results: EventResult[], waiting: boolean): UsageAnswer {
  const answer: UsageAnswer = { accepted: 0, duplicates: 0, rejected: 0, waiting, results };
  for (const { status } of results) {
    if (status === 'accepted') answer.accepted += 1;
    else if (status === 'duplicate') answer.duplicates += 1;
    else answer.rejected += 1;
  }
  return answer;
}

function tooManyEvents(count: number): AppError {
  return new AppError(
    422,
    'invalid_request',
    `The report has ${count} events, and ${MOST_EVENTS} is the most that one may have. Send them in parts.`,
  );
}
