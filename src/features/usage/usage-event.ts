import { remembered } from '../../remembered.ts';

/**
 * One API request, as the gateway saw it or another program reported it. Plain data: it may wait in a file. Times are
 * milliseconds since 1970.
 */
export interface PendingCall {
  /** A UUID of version 7 where the gateway saw it; whatever the reporter chose otherwise. */
  id: string;
  credentialId: string;
  /** The portal's clock, or that of the server whose old log it stood in. Rules go by this. */
  receivedAt: number;
  /** The reporter's clock, corrected; orders what arrived together. The same as `receivedAt` at the gateway. */
  occurredAt: number;
  method: string;
  /** The path with identifiers replaced, such as `/v1/messages/{id}`. */
  route: string;
  status: number;
  /** What the reporter says of the body, such as `{"ok":false}` with a 200; null: the status decides. */
  ok: boolean | null;
  durationMs: number;
  errorCode: string | null;
  /** What the cause of a failure is beyond its code; a word or two, never anything the caller wrote. */
  clue: string | null;
  /** By the User-Agent. Chooses the words of an example, and tells monitors from people. */
  client: Client;
  /** Whether the key was taken. A call that was turned away at the door is an attempt and not a use of the key. */
  admitted: boolean;
  /** What the API calls the request, where that is not `id`. */
  requestId: string | null;
  /** The root key of who reported it; null: the gateway saw it. */
  source: string | null;
  /** 32 bits of what was reported, to tell a repeat from another event under the same id. 0 at the gateway. */
  fingerprint: number;
}

/** A call of which it is known whose it is. */
export interface UsageEvent extends PendingCall {
  developerId: string;
  environment: string;
  /** The door the credential was minted for. */
  origin: string;
}

/** What the developer's own page is told of a call. */
export type SeenCall = Omit<UsageEvent, 'developerId' | 'credentialId' | 'admitted' | 'fingerprint'>;

export type Client = 'curl' | 'python' | 'javascript' | 'monitor' | 'other';

/** Programs that call to see whether an API is there, by the names they give. */
const MONITOR =
  /uptime|pingdom|statuscake|healthcheck|kube-probe|synthetic|checkly|site24x7|blackbox.exporter|newrelicpinger|datadog.*(synth|http.?check)|googlestackdrivermonitoring|better ?stack|monitis|nagios|check_http|prometheus|zabbix/i;

/** The sort of program that says it is calling. */
export function toClient(userAgent: string | undefined): Client {
  return userAgent === undefined ? 'other' : clientOf(userAgent);
}

const clientOf = remembered((userAgent: string): Client => {
  if (MONITOR.test(userAgent)) return 'monitor';
  if (/^curl\//i.test(userAgent)) return 'curl';
  if (/python|httpx|aiohttp/i.test(userAgent)) return 'python';
  // Node's own fetch says just "node"; a browser is one that runs JavaScript.
  return /^(node|undici|axios|deno|bun|got|mozilla)/i.test(userAgent) ? 'javascript' : 'other';
});

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
  // Only whole addresses are remembered: a part would keep its query in memory.
  return end < 0 ? routeOf(path) : withoutIdentifiers(path.slice(0, end));
}

function withoutIdentifiers(path: string): string {
  return path.replace(MAYBE_IDENTIFIER, (part) => (isIdentifier(part) ? '{id}' : part)).slice(0, MAX_LENGTH);
}

const routeOf = remembered(withoutIdentifiers);

function isIdentifier(part: string): boolean {
  return NUMBER.test(part) || TOKEN.test(part) || UUID.test(part) || part.includes('@');
}
