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
const MAX_LENGTH = 200;

/**
 * The path as a route: what looks like an identifier becomes `{id}`, so that a table by route stays short and no
 * customer's data stays in it. The query is dropped.
 */
export function toRoute(path: string): string {
  const end = path.search(/[?#]/);
  const route = (end < 0 ? path : path.slice(0, end))
    .split('/')
    .map((part) =>
      NUMBER.test(part) || UUID.test(part) || TOKEN.test(part) || part.includes('@') ? '{id}' : part,
    )
    .join('/');
  return route.slice(0, MAX_LENGTH);
}
