import type { PendingCall, UsageEvent } from './usage-event.ts';

/** What became of one call. */
export type Outcome =
  | 'accepted'
  /** It is there already; nothing was counted. */
  | 'duplicate'
  /** Another call was reported under this id within the last 30 days. */
  | 'id_reused'
  /** No such credential, or its developer has deleted themselves. */
  | 'unknown_key'
  /** Older than what is kept. */
  | 'too_old';

export interface StoredBatch {
  /** One for each call, in their order. */
  outcomes: Outcome[];
  /** The accepted ones. */
  events: UsageEvent[];
  /** The developers of whom a milestone changed. */
  advanced: Set<string>;
}

/**
 * Stores calls and folds them into what is known of their developers, in one transaction: when it settles they are
 * behind an fsync and counted, exactly once. Rejects with the database's error when nothing of it happened, or
 * when that is not known; then it is to be called again with the same calls.
 */
export type StoreUsage = (calls: readonly PendingCall[]) => Promise<StoredBatch>;
