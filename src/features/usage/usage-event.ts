import type { EvidentCall } from '../milestones/advance-milestones.ts';

/** One API request that the gateway saw and that is certainly the developer's own. Times are milliseconds. */
export interface UsageEvent extends EvidentCall {
  credentialId: string;
  errorCode: string | null;
  /** What the cause of a failure is beyond its code; a word or two, never anything the caller wrote. */
  clue: string | null;
  /** By the User-Agent. Good enough to choose the words of an example, and used for nothing else. */
  client: Client;
  /** Whether the key was taken. A call that was turned away at the door is an attempt and not a use of the key. */
  admitted: boolean;
}

/** What the developer's own page is told of a call. */
export type SeenCall = Omit<UsageEvent, 'developerId' | 'credentialId' | 'admitted'>;

export type Client = 'curl' | 'python' | 'javascript' | 'other';

/** The sort of program that says it is calling. */
export function toClient(userAgent: string | undefined): Client {
  if (userAgent === undefined) return 'other';
  if (/^curl\//i.test(userAgent)) return 'curl';
  if (/python|httpx|aiohttp/i.test(userAgent)) return 'python';
  // Node's own fetch says just "node"; a browser is one that runs JavaScript.
  return /^(node|undici|axios|deno|bun|got|mozilla)/i.test(userAgent) ? 'javascript' : 'other';
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
