import type { DefinitionBody } from './definition-schema.ts';
import type { MilestoneName } from './progress-schema.ts';

/** The facts of one API request that a rule may ask about. */
export interface CallFacts {
  method: string;
  /** The path with identifiers replaced, such as `/v1/messages/{id}`. */
  route: string;
  status: number;
  /** What the reporter says of the body; null: the status decides. */
  ok: boolean | null;
  /** The door the credential was minted for. */
  origin: string;
  /** The sort of program that called. */
  client: string;
}

/** What one call, taken alone, comes to. */
export interface Judgement {
  /** It counts for nothing. */
  excluded: boolean;
  /** Made by the portal's own pages. */
  fromPortal: boolean;
  /** `success`: the API did something for its caller. `other`: neither that nor a failure, such as a redirect. */
  outcome: 'success' | 'error' | 'throttled' | 'other';
}

/** The milestones that one call can reach by itself. */
export type CallMilestone = Exclude<MilestoneName, 'integration_live'>;

/** Doors whose calls are made by the portal's own pages. */
const PORTAL_ORIGINS: ReadonlySet<string> = new Set(['sandbox', 'try_it']);

/** Judges calls by one definition. */
export type Judge = (call: CallFacts) => Judgement;

export function createJudge(definition: DefinitionBody): Judge {
  const notValue = new Set(definition.not_value);
  const origins = new Set(definition.excluded_calls.origins);
  const clients = new Set(definition.excluded_calls.clients);
  const isOfValue = ({ method, route }: CallFacts) =>
    method !== 'OPTIONS' && method !== 'HEAD' && !notValue.has(route.slice(route.lastIndexOf('/') + 1));
  return (call) => ({
    excluded: origins.has(call.origin) || clients.has(call.client),
    fromPortal: PORTAL_ORIGINS.has(call.origin),
    outcome: outcomeOf(call, isOfValue(call)),
  });
}

function outcomeOf({ status, ok }: CallFacts, ofValue: boolean): Judgement['outcome'] {
  if (status === 429) return 'throttled';
  if (status >= 400) return 'error';
  if (status < 200 || status >= 300) return 'other';
  if (ok === false) return 'error';
  // 207 says in its body whether anything succeeded, so somebody has to say what that said.
  return ofValue && (status !== 207 || ok === true) ? 'success' : 'other';
}

/** The milestones that a call satisfies. */
export function milestonesOf({ excluded, fromPortal, outcome }: Judgement): CallMilestone[] {
  if (excluded) return [];
  if (outcome !== 'success') return ['first_attempt'];
  return fromPortal
    ? ['first_attempt', 'first_api_call']
    : ['first_attempt', 'first_api_call', 'first_own_machine_call'];
}

/** A place in time. */
export interface Moment {
  receivedAt: number;
  /** The reporter's clock: decides between what was received together. */
  occurredAt: number;
  id: string;
}

/** The order of calls within a developer: as received, of those received together as made, then by id. */
export function isEarlier(a: Moment, b: Moment): boolean {
  if (a.receivedAt !== b.receivedAt) return a.receivedAt < b.receivedAt;
  if (a.occurredAt !== b.occurredAt) return a.occurredAt < b.occurredAt;
  return a.id < b.id;
}
