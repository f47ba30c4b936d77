/** Where a developer stands: made from what is known of them, and never written by anything else. */
export interface JourneyTable {
  developer_id: string;
  /** A small number of its own, which stays when the developer goes. */
  place: number;
  /** Grows with every change of any row. */
  revision: number;
  t0: number;
  visited_at: number | null;
  goal_at: number | null;
  credential_at: number | null;
  run_at: number | null;
  first_call_at: number | null;
  own_machine_at: number | null;
  claimed_at: number | null;
  /** When the integration was live for the first time. */
  live_at: number | null;
  /** When it ceased to be live; null while it is, and before it ever was. */
  lapsed_at: number | null;
  /** When the developer deleted themselves, or was forgotten; nothing can happen any more. */
  ended_at: number | null;
  channel: string | null;
  occupation: string | null;
  goal: string | null;
  language: string | null;
  actor: string | null;
  excluded: string | null;
  /** The furthest step: an index of STEPS. */
  stage: number;
  /** When the latest step was reached. */
  progressed_at: number;
  /** The last thing they did before they were live; of a call that succeeded the beginning of its hour. */
  active_at: number;
  /** What that was. */
  last_event: string;
  /** Of their last failing call before they were live. */
  error_code: string | null;
}

/** Whose row has to be made anew. */
export interface JourneyDueTable {
  developer_id: string;
}

/** An early action that is followed in place of a milestone. A change ends it, and begins another. */
export interface ProxyMilestoneTable {
  id: string;
  /** JSON: an action, how often, and within how many days. */
  candidate: string;
  /** Why it is thought to go with staying. */
  hypothesis: string;
  created_by: string;
  created_at: number;
  /** When somebody has to decide. */
  review_at: number;
  ended_at: number | null;
  /** What was decided: replaced or dropped. */
  ended_as: string | null;
}

/** What the figures of a quarter were when it was audited. A row is written once and never changed. */
export interface AuditSnapshotTable {
  /** `2026-Q3`. */
  quarter: string;
  taken_at: number;
  /** JSON: counts of developers, and the version of their form. */
  findings: string;
}

/** How many readers asked for a language on a UTC day. */
export interface LanguageWishTable {
  day: number;
  language: string;
  n: number;
}

/** What a portal knows of itself. */
export interface SettingTable {
  name: string;
  value: string;
}
