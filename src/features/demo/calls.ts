import { exponential, normal, pick, type Stream } from './random.ts';

/** Which key a call is made with: the page's, one's own machine's, that of a second machine, or the live one. */
export type Door = 'page' | 'own' | 'second' | 'live';

/** One request as the API answered it. */
export interface SimulatedCall {
  /** Milliseconds since 1970. */
  at: number;
  door: Door;
  method: string;
  route: string;
  status: number;
  errorCode: string | null;
  durationMs: number;
}

/** A call before it is known how it was answered. */
export interface PlannedCall {
  at: number;
  door: Door;
  /** Whether it succeeds; null: that is left to chance. */
  ok: boolean | null;
}

interface Failure {
  status: number;
  errorCode: string;
}

const ROUTES: readonly { value: { method: string; route: string }; weight: number }[] = [
  { value: { method: 'POST', route: '/v1/messages' }, weight: 0.7 },
  { value: { method: 'GET', route: '/v1/messages/{id}' }, weight: 0.15 },
  { value: { method: 'GET', route: '/v1/messages' }, weight: 0.1 },
  { value: { method: 'POST', route: '/v1/webhook-endpoints' }, weight: 0.05 },
];

/** What is done wrong by somebody who is new, and where: most have the key wrong first, and then the body. */
const NEW: readonly { value: Failure; weight: number }[] = [
  { value: { status: 401, errorCode: 'missing_key' }, weight: 0.3 },
  { value: { status: 401, errorCode: 'malformed_key' }, weight: 0.2 },
  { value: { status: 422, errorCode: 'invalid_request' }, weight: 0.35 },
  { value: { status: 400, errorCode: 'invalid_json' }, weight: 0.15 },
];
const SETTLED: readonly { value: Failure; weight: number }[] = [
  { value: { status: 422, errorCode: 'invalid_request' }, weight: 0.5 },
  { value: { status: 404, errorCode: 'not_found' }, weight: 0.3 },
  { value: { status: 403, errorCode: 'insufficient_scope' }, weight: 0.15 },
  { value: { status: 500, errorCode: 'internal' }, weight: 0.05 },
];
const DOWN: Failure = { status: 503, errorCode: 'unavailable' };
const THROTTLED: Failure = { status: 429, errorCode: 'rate_limited' };

const HOUR_MS = 3_600_000;
/** Shares of calls that fail within an hour of the first, within a day, and later. */
const FAILING = { hour: 0.35, day: 0.1, later: 0.03 };
/** Once there are as many calls on a day they come in bursts, and some of them are turned away. */
const BURST = { calls: 12, share: 0.3 };
const TYPICAL_MS = 60;

export interface Circumstances {
  /** Of the first success; what is before is an attempt of somebody new. */
  firstAt: number;
  /** Share of calls that fail because the API is down. */
  down: number;
  /** How many calls there were on that day before. */
  before: number;
}

/** How the API answers. Takes seven numbers whatever comes of it. */
export function answer(next: Stream, planned: PlannedCall, around: Circumstances): SimulatedCall {
  const since = planned.at - around.firstAt;
  const isNew = since < HOUR_MS;
  const share = isNew ? FAILING.hour : since < 24 * HOUR_MS ? FAILING.day : FAILING.later;
  const isDown = next() < around.down;
  const isThrottled = next() < BURST.share && around.before >= BURST.calls;
  const fails = next() < share;
  const failure = pick(next, isNew ? NEW : SETTLED);
  const { method, route } = pick(next, ROUTES);
  const durationMs = Math.max(1, Math.round(TYPICAL_MS * Math.exp(0.7 * normal(next))));
  const left = isDown ? DOWN : isThrottled ? THROTTLED : fails ? failure : null;
  const wrong = planned.ok === null ? left : planned.ok ? null : failure;
  return {
    at: planned.at,
    door: planned.door,
    method,
    route,
    status: wrong?.status ?? (method === 'POST' ? 201 : 200),
    errorCode: wrong?.errorCode ?? null,
    durationMs,
  };
}

export const isSuccess = ({ status }: SimulatedCall): boolean => status < 300;

/** So many moments from `at` on, minutes apart. */
export function* session(next: Stream, at: number, calls: number): Generator<number> {
  const PAUSE_MS = 9 * 60_000;
  let now = at;
  for (let n = 0; n < calls; n += 1) {
    now += Math.round(1_000 + exponential(next) * PAUSE_MS);
    yield now;
  }
}
