import type { ReportedEvent } from './usage-report.ts';

const ID = /^[\w.:~/+=@-]{1,128}$/;
const KEY_ID = /^cred_[\w-]{1,80}$/;
/** Days up to the 28th, which every month has. */
const TIME =
  /^20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z$/;
const METHOD = /^[A-Z]{1,20}$/;
const PATH = /^[\x21-\x7e]{1,1000}$/;
const CODE = /^[\w.:-]{1,80}$/;
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;
const MOST_MS = 1e9;
const MOST_AGENT = 2_000;

/**
 * Whether an event is one of those that nearly all are, told in a fifth of the time that its schema takes: whatever
 * passes here passes there. What does not is for the schema to decide, which also says what is wrong.
 */
export function isPlainlySound(event: unknown): event is ReportedEvent {
  if (typeof event !== 'object' || event === null) return false;
  const e = event as Record<string, unknown>;
  return (
    matches(ID, e.id) &&
    matches(KEY_ID, e.key_id) &&
    isTime(e.timestamp) &&
    (e.sent_at === undefined || isTime(e.sent_at)) &&
    matches(METHOD, e.method) &&
    isStatus(e.status) &&
    hasPath(e) &&
    (isMissing(e.ok) || typeof e.ok === 'boolean') &&
    (isMissing(e.duration_ms) || isWithin(e.duration_ms, MOST_MS)) &&
    (isMissing(e.error_code) || matches(CODE, e.error_code)) &&
    (isMissing(e.request_id) || matches(REQUEST_ID, e.request_id)) &&
    (isMissing(e.user_agent) || (typeof e.user_agent === 'string' && e.user_agent.length <= MOST_AGENT)) &&
    (isMissing(e.synthetic) || typeof e.synthetic === 'boolean')
  );
}

function hasPath({ route, path }: Record<string, unknown>): boolean {
  if (route === undefined) return matches(PATH, path);
  return matches(PATH, route) && (path === undefined || matches(PATH, path));
}

const matches = (pattern: RegExp, value: unknown) => typeof value === 'string' && pattern.test(value);
const isMissing = (value: unknown) => value === undefined || value === null;
const isTime = (value: unknown) =>
  matches(TIME, value) || (Number.isInteger(value) && isWithin(value, 8.64e15));
const isStatus = (value: unknown) => Number.isInteger(value) && Number(value) >= 100 && Number(value) <= 599;
const isWithin = (value: unknown, most: number) => typeof value === 'number' && value >= 0 && value <= most;
