import type {
  AuditSnapshotTable,
  JourneyDueTable,
  JourneyTable,
  LanguageWishTable,
  ProxyMilestoneTable,
  SettingTable,
} from './journey-schema.ts';
import type {
  CeremonyTable,
  ClaimLinkTable,
  IdentityTable,
  PasskeyTable,
  PasswordTable,
  SignInLinkTable,
} from './proof-schema.ts';
import type {
  CallDayTable,
  DefinitionTable,
  DeveloperStateTable,
  LiveSpellTable,
  UsageEventTable,
  UsageIdTable,
} from './usage-schema.ts';

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
  usage_id: UsageIdTable;
  developer_state: DeveloperStateTable;
  call_day: CallDayTable;
  live_spell: LiveSpellTable;
  definition: DefinitionTable;
  onboarding_event: OnboardingEventTable;
  milestone: MilestoneTable;
  identity: IdentityTable;
  password: PasswordTable;
  passkey: PasskeyTable;
  sign_in_link: SignInLinkTable;
  claim_link: ClaimLinkTable;
  ceremony: CeremonyTable;
  audit: AuditTable;
  mail: MailTable;
  root_key: RootKeyTable;
  spent_challenge: SpentChallengeTable;
  journey: JourneyTable;
  journey_due: JourneyDueTable;
  setting: SettingTable;
  proxy_milestone: ProxyMilestoneTable;
  language_wish: LanguageWishTable;
  audit_snapshot: AuditSnapshotTable;
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
  /** Why this developer is left out of every figure (`staff`, `bot`, `banned`, `merged`); null for everybody else. */
  excluded: string | null;
  /** Who said so: a developer's id, or `rule`; null where it follows from what they are. */
  excluded_by: string | null;
  excluded_at: number | null;
  /** When somebody proved who they are; null while the developer is anonymous. */
  claimed_at: number | null;
  /** Whose history this developer's has become part of. */
  merged_into: string | null;
  merged_at: number | null;
  /** What brought them here, such as `github`; null where it is not known. */
  channel: string | null;
  /** What they do, in the words of the question; null where nobody asked. */
  occupation: string | null;
}

export interface SessionTable {
  /** SHA-256 of the id that the cookie holds. */
  id_hash: string;
  /** What the session may be called where it is listed and ended; opens nothing. */
  id: string;
  developer_id: string;
  /** visitor: a developer's, anonymous or not; staff: one of the company's people's. */
  kind: string;
  created_at: number;
  expires_at: number;
  /** When the person last proved who they are in it; null while nobody has. */
  signed_in_at: number | null;
  /** The sort of browser, such as `Firefox on Linux`. */
  client: string | null;
}

/** Something was done with a key, a role or a session. Never holds a secret. */
export interface AuditTable {
  /** Whose key, role or session it was. */
  developer_id: string;
  id: string;
  at: number;
  /** Who did it: a developer's id, `portal` or `root_…`. */
  actor_id: string;
  action: string;
  target: string | null;
  /** A JSON object. */
  detail: string;
}

/** A mail that was or is to be sent. What it says is forgotten once it has been. */
export interface MailTable {
  id: string;
  developer_id: string | null;
  recipient: string;
  subject: string;
  body: string;
  created_at: number;
  /** Null when nothing is left to be done. */
  next_try_at: number | null;
  tries: number;
  sent_at: number | null;
  last_error: string | null;
}

/** Lets another gateway ask whether a key is good. */
export interface RootKeyTable {
  id: string;
  name: string;
  hash: string;
  hint: string;
  created_by: string;
  created_at: number;
  revoked_at: number | null;
  last_used_at: number | null;
}

/** A proof of work that was accepted, so that it is not accepted again. */
export interface SpentChallengeTable {
  challenge_hash: string;
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
  name: string | null;
  /** 1: it lives as long as a key nobody signed up for; its first use extends it, and claiming makes it stay. */
  provisional: number;
  /** What it may do, separated by spaces; null: everything. */
  scopes: string | null;
  /** The networks it may be used from, in CIDR notation, separated by spaces; null: from anywhere. */
  networks: string | null;
  /** A test key's secret, encrypted, for its owner to see again; null where it is shown once only. */
  sealed_secret: string | null;
  /** The credential that takes its place. */
  rolled_to: string | null;
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
  /** By the reporter's clock; decides between calls that were received together. */
  occurred_at: number;
  event_id: string;
  method: string;
  route: string;
  status: number;
  duration_ms: number;
}
