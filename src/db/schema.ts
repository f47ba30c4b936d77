/**
 * The tables, as both databases hold them. Times are integer milliseconds since 1970, JSON is text, and
 * `developer_id` comes first in the key of every table that grows with use, so that it can be distributed by it.
 */
export interface Schema {
  developer: DeveloperTable;
  session: SessionTable;
  one_time_link: OneTimeLinkTable;
  start_code: StartCodeTable;
  credential: CredentialTable;
  usage_event: UsageEventTable;
  onboarding_event: OnboardingEventTable;
  milestone: MilestoneTable;
}

export interface DeveloperTable {
  id: string;
  created_at: number;
  /** The first act of intent. Only ever moves earlier. Null for staff. */
  t0: number | null;
  first_visit_at: number | null;
  goal: string | null;
  /** When the goal question was answered or skipped; null while it is still to be asked. */
  goal_answered_at: number | null;
  /** developer, author, pm or admin. */
  role: string;
  /** Why this developer is left out of every figure (`staff`, `bot`, `banned`); null for everybody else. */
  excluded: string | null;
}

export interface SessionTable {
  /** SHA-256 of the id that the cookie holds. */
  id_hash: string;
  developer_id: string;
  /** visitor: the reader's own; staff: opened by the admin link. */
  kind: string;
  created_at: number;
  expires_at: number;
}

export interface OneTimeLinkTable {
  token_hash: string;
  purpose: string;
  expires_at: number;
  used_at: number | null;
}

/** Stands in a command in place of a key, which is minted when it is used. */
export interface StartCodeTable {
  code_hash: string;
  developer_id: string;
  created_at: number;
  /** When the page that shows the command was opened; gives `first_visit_at`. */
  page_opened_at: number;
  expires_at: number;
  used_at: number | null;
}

export interface CredentialTable {
  developer_id: string;
  id: string;
  environment: string;
  origin: string;
  /** SHA-256 of the secret; the secret itself is nowhere. */
  hash: string;
  hint: string;
  created_at: number;
  expires_at: number | null;
  revoked_at: number | null;
  first_used_at: number | null;
  last_used_at: number | null;
}

/** One API request seen by the gateway and known to be the developer's own, let through or not. */
export interface UsageEventTable {
  developer_id: string;
  id: string;
  credential_id: string;
  origin: string;
  received_at: number;
  method: string;
  /** The path with identifiers replaced, without the query. */
  route: string;
  status: number;
  duration_ms: number;
  error_code: string | null;
  /** Of a failing call: what its cause is beyond the code, such as `quotes` or the methods a route allows. */
  clue: string | null;
  /** The sort of program that called: curl, python, javascript or other. */
  client: string | null;
}

export interface OnboardingEventTable {
  developer_id: string;
  id: string;
  name: string;
  received_at: number;
  /** A JSON object. */
  props: string;
}

/** The earliest call that satisfies the milestone's rule, with that call as evidence. */
export interface MilestoneTable {
  developer_id: string;
  name: string;
  reached_at: number;
  event_id: string;
  method: string;
  route: string;
  status: number;
  duration_ms: number;
}
