import type { MilestoneName } from './progress-schema.ts';

/** The facts of one API request that a milestone may ask about. */
export interface CallFacts {
  method: string;
  /** The path with identifiers replaced, such as `/v1/messages/{id}`. */
  route: string;
  status: number;
  /** The door the credential was minted for. */
  origin: string;
}

/** Doors whose calls are made by the portal's own pages. */
const PORTAL_ORIGINS: ReadonlySet<string> = new Set(['sandbox', 'try_it']);

/** Answering these proves that the key works, not that the API did something for its caller. */
const HANDSHAKE_ENDPOINTS: ReadonlySet<string> = new Set([
  'me',
  'whoami',
  'health',
  'healthz',
  'ready',
  'ping',
  'status',
  'version',
  'token',
  'openapi.json',
]);

/** The milestones that one request, taken alone, satisfies. */
export function milestonesOf(call: CallFacts): MilestoneName[] {
  if (!isFirstCall(call)) return ['first_attempt'];
  if (PORTAL_ORIGINS.has(call.origin)) return ['first_attempt', 'first_api_call'];
  return ['first_attempt', 'first_api_call', 'first_own_machine_call'];
}

function isFirstCall({ method, route, status }: CallFacts): boolean {
  if (!isSuccess(status) || method === 'OPTIONS' || method === 'HEAD') return false;
  return !HANDSHAKE_ENDPOINTS.has(route.slice(route.lastIndexOf('/') + 1));
}

/** 207 says in its body whether anything succeeded, and the portal does not read bodies. */
function isSuccess(status: number): boolean {
  return status >= 200 && status < 300 && status !== 207;
}

export interface TimedCall extends CallFacts {
  id: string;
  developerId: string;
  receivedAt: number;
}

/** The call a milestone was reached with: the earliest one, and of two at the same time the smaller id. */
export function isEarlier(
  a: { receivedAt: number; id: string },
  b: { receivedAt: number; id: string },
): boolean {
  return a.receivedAt < b.receivedAt || (a.receivedAt === b.receivedAt && a.id < b.id);
}

/**
 * The earliest call per developer and milestone. A minimum over a set: order and repetition of `calls` do not
 * change it. O(n).
 */
export function earliestPerMilestone<T extends TimedCall>(
  calls: Iterable<T>,
): Map<string, { name: MilestoneName; call: T }> {
  const earliest = new Map<string, { name: MilestoneName; call: T }>();
  for (const call of calls) {
    for (const name of milestonesOf(call)) {
      const key = `${call.developerId} ${name}`;
      const known = earliest.get(key);
      if (!known || isEarlier(call, known.call)) earliest.set(key, { name, call });
    }
  }
  return earliest;
}
