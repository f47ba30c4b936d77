import type { EvidentCall } from '../milestones/advance-milestones.ts';

/** One API request seen by the gateway, made with a valid credential. Times are milliseconds. */
export interface UsageEvent extends EvidentCall {
  credentialId: string;
  errorCode: string | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const NUMBER = /^\d+$/;
/** `msg_01J…`, or a long word with a digit in it. */
const TOKEN = /^(?:[a-z]{1,12}_)?(?=[\w.~-]*\d)[\w.~-]{12,}$/i;
/** Whatever is none of this is left as it is without a closer look, because this runs for every call. */
const MAYBE_IDENTIFIER = /[^/]*[\d@][^/]*/g;
const MAX_LENGTH = 200;

/**
 * The path as a route: what looks like an identifier becomes `{id}`, so that a table by route stays short and no
 * customer's data stays in it. The query is dropped.
 */
export function toRoute(path: string): string {
  const end = path.search(/[?#]/);
  const route = end < 0 ? path : path.slice(0, end);
  return route.replace(MAYBE_IDENTIFIER, (part) => (isIdentifier(part) ? '{id}' : part)).slice(0, MAX_LENGTH);
}

function isIdentifier(part: string): boolean {
  return NUMBER.test(part) || TOKEN.test(part) || UUID.test(part) || part.includes('@');
}
