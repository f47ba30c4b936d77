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
  ok?: boolean;
  error_code?: string;
  request_id?: string;
  user_agent?: string;
}

const MOST_PATH = 500;
const MOST_USER_AGENT = 200;

/** One bad value of a call costs that value and not the call. */
export function toEvent(call: ReportedCall): UsageReport {
  const path = (call.route ?? call.path ?? '/').split(/[?#]/, 1)[0] ?? '/';
  return {
    id: crypto.randomUUID(),
    key_id: call.keyId,
    timestamp: Date.now(),
    method: call.method.toUpperCase(),
    // Patterns are written in different ways: `/orders/:id`, `/orders/:id(\\d+)?`.
    route: path.replace(/:(\w+)(\([^)]*\))?[?*+]?/g, '{$1}').slice(0, MOST_PATH) || '/',
    status: call.status,
    duration_ms: Math.max(0, Math.round(call.durationMs * 10) / 10),
    ...(typeof call.ok === 'boolean' && { ok: call.ok }),
    ...(fits(call.errorCode, /^[\w.:-]{1,80}$/) && { error_code: call.errorCode }),
    ...(fits(call.requestId, /^[\x21-\x7e]{1,128}$/) && { request_id: call.requestId }),
    ...(call.userAgent && { user_agent: call.userAgent.slice(0, MOST_USER_AGENT) }),
  };
}

function fits(value: string | undefined, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
