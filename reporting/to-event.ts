import type { ReportedCall } from './types.ts';

/** As POST /api/usage of the portal takes it. */
export interface UsageReport {
  id: string;
  key_id: string;
  timestamp: number;
  method: string;
  route: string;
  status: number;
  duration_ms: number;
  ok?: boolean | undefined;
  error_code?: string | undefined;
  request_id?: string | undefined;
  user_agent?: string | undefined;
}

const MOST_PATH = 500;
const MOST_USER_AGENT = 200;
const MOST_ROUTES = 1_000;

/** Ids that nobody else makes: a word that is drawn once, and a number. They pack better than ones drawn each time. */
export function createIds(): () => string {
  const own = crypto.randomUUID();
  let n = 0;
  return () => `${own}.${n++}`;
}

const routes = new Map<string, string>();

/** Patterns are written in different ways: `/orders/:id`, `/orders/:id(\\d+)?`. There are few, so they are remembered. */
function toRoute(pattern: string): string {
  const known = routes.get(pattern);
  if (known !== undefined) return known;
  const route = cut(pattern).replace(/:(\w+)(\([^)]*\))?[?*+]?/g, '{$1}');
  if (routes.size < MOST_ROUTES) routes.set(pattern, route);
  return route;
}

function cut(path: string): string {
  const end = path.search(/[?#]/);
  return (end < 0 ? path : path.slice(0, end)).slice(0, MOST_PATH) || '/';
}

/** One bad value of a call costs that value and not the call. */
export function toEvent(call: ReportedCall, id: string): UsageReport {
  return {
    id,
    key_id: call.keyId,
    timestamp: Date.now(),
    method: call.method.toUpperCase(),
    route: call.route === undefined ? cut(call.path ?? '/') : toRoute(call.route),
    status: call.status,
    duration_ms: Math.max(0, Math.round(call.durationMs * 10) / 10),
    ok: typeof call.ok === 'boolean' ? call.ok : undefined,
    error_code: fitting(call.errorCode, /^[\w.:-]{1,80}$/),
    request_id: fitting(call.requestId, /^[\x21-\x7e]{1,128}$/),
    user_agent: call.userAgent?.slice(0, MOST_USER_AGENT),
  };
}

function fitting(value: string | undefined, pattern: RegExp): string | undefined {
  return typeof value === 'string' && pattern.test(value) ? value : undefined;
}
