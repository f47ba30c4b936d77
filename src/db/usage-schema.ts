/** Calls, and what they say of each developer. `developer_id` leads, so that they can be distributed by it. */

/** One API request known to be the developer's own, let through or not. On Postgres a partition per day. */
export interface UsageEventTable {
  developer_id: string;
  /** The portal's clock, or that of the server whose old log it stood in. */
  received_at: number;
  id: string;
  credential_id: string;
  environment: string;
  origin: string;
  /** The reporter's clock, corrected. */
  occurred_at: number;
  method: string;
  /** The path with identifiers replaced, without the query. */
  route: string;
  status: number;
  /** What the reporter says of the body: 1 or 0; null: the status decides. */
  ok: number | null;
  duration_ms: number;
  error_code: string | null;
  /** Of a failing call: what its cause is beyond the code, such as `quotes` or the methods a route allows. */
  clue: string | null;
  /** The sort of program that called: curl, python, javascript, monitor or other. */
  client: string;
  /** What the API calls the request, where that is not `id`. */
  request_id: string | null;
  /** The root key of who reported it; null: the gateway saw it. */
  source: string | null;
}

/** The ids under which calls were reported within the last 30 days, so that each counts once. */
export interface UsageIdTable {
  id: string;
  developer_id: string;
  fingerprint: number;
  received_at: number;
}

/** What is known of a developer from their calls. One row, changed once per batch. */
export interface DeveloperStateTable {
  developer_id: string;
  /** Grows with every change; who follows a developer from another process looks at this. */
  revision: number;
  /** The version of the definitions by which everything here was counted. */
  definition: number;
  calls: number;
  /** Those of the calls that a rule leaves out. */
  excluded_calls: number;
  first_attempt_at: number | null;
  first_call_at: number | null;
  first_own_call_at: number | null;
  last_call_at: number | null;
  last_success_at: number | null;
  last_error_at: number | null;
  /** Of the latest spell of being live. */
  live_reached_at: number | null;
  live_since: number | null;
  live_lapsed_at: number | null;
  /** When it has to be looked at again whether the integration is live; null: with the next call. */
  check_at: number | null;
}

/** The calls of one UTC day, counted. Successes and errors are those from outside the portal's pages. */
export interface CallDayTable {
  developer_id: string;
  environment: string;
  /** Whole days since 1970. */
  day: number;
  calls: number;
  successes: number;
  errors: number;
  throttled: number;
  portal_successes: number;
  portal_errors: number;
  /** Left out by a rule. */
  excluded: number;
  first_success_at: number | null;
  last_success_at: number | null;
}

/** A time during which an integration was live. */
export interface LiveSpellTable {
  developer_id: string;
  reached_at: number;
  /** The first success of the window that reached it. */
  live_since: number;
  /** 30 days after the last success; null while it lasts. */
  lapsed_at: number | null;
  /** Of the window, as evidence. */
  successes: number;
  days: number;
  errors: number;
}

/** What counted as what, and since when. */
export interface DefinitionTable {
  version: number;
  at: number;
  /** JSON. */
  body: string;
}
