import { gzip } from './gzip.ts';

/** What became of one request to the portal. */
export type Sending =
  | { kind: 'taken'; duplicates: number; rejected: Rejection[] }
  /** Worth sending again, after `afterMs` where the portal said so. */
  | { kind: 'later'; afterMs: number | null; problem: string }
  | { kind: 'too_large' }
  /** Sending it again would change nothing. */
  | { kind: 'refused'; problem: string };

export interface Rejection {
  index: number;
  code: string;
  message: string;
}

export interface Destination {
  url: string;
  rootKey: string;
  timeoutMs: number;
}

const MOST_PATIENCE_MS = 300_000;

/** Sends events that are JSON already, compressed. Never rejects. */
export async function sendBatch(to: Destination, events: readonly string[]): Promise<Sending> {
  try {
    const response = await fetch(to.url, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${to.rootKey}`,
        'Content-Type': 'application/json',
        'Content-Encoding': 'gzip',
      },
      body: await gzip(`{"sent_at":${Date.now()},"events":[${events.join(',')}]}`),
      signal: AbortSignal.timeout(to.timeoutMs),
    });
    return await readAnswer(response);
  } catch (error) {
    return { kind: 'later', afterMs: null, problem: `${to.url} could not be reached (${wordsOf(error)})` };
  }
}

async function readAnswer(response: Response): Promise<Sending> {
  const { status } = response;
  const body = (await response.json().catch(() => ({}))) as Body;
  // 202: the portal's database is away, and the events are safe in a file.
  if (status === 200 || status === 202) {
    const rejected = (body.results ?? []).flatMap(toRejection);
    return { kind: 'taken', duplicates: body.duplicates ?? 0, rejected };
  }
  if (status === 413) return { kind: 'too_large' };
  const problem = `${response.url} answered ${status}${body.detail ? `: ${body.detail}` : ''}`;
  // Whatever the portal may take later: a pause, a fault, a root key that is put right, a route of its next version.
  if (status === 400 || status === 415 || status === 422) return { kind: 'refused', problem };
  return { kind: 'later', afterMs: retryAfter(response.headers.get('retry-after')), problem };
}

interface Body {
  results?: Result[];
  duplicates?: number;
  detail?: string;
}

interface Result {
  index: number;
  status: string;
  code?: string;
  message?: string;
}

function toRejection({ index, status, code = '', message = '' }: Result): Rejection[] {
  return status === 'rejected' ? [{ index, code, message }] : [];
}

/** RFC 9110, 10.2.3: seconds or a date. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), MOST_PATIENCE_MS);
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
