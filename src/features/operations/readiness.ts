import { type Kysely, sql } from 'kysely';
import type { Schema } from '../../db/schema.ts';
import type { UsageRecorder } from '../usage/record-usage.ts';

/** `slow`: no answer within a second. */
export type DatabaseState = 'ok' | 'slow' | 'unreachable';
export type Backlog = ReturnType<UsageRecorder['backlog']>;

export interface ReadinessReport {
  /**
   * `degraded`: the database is away, and calls of known keys go on and wait to be stored. `unavailable`: there is no
   * room left for them. `stopping`: others should be asked from now on.
   */
  status: 'ready' | 'degraded' | 'unavailable' | 'stopping';
  database: DatabaseState;
  usage: Backlog;
}

export interface Readiness {
  report(): Promise<ReadinessReport>;
  /** From now on nobody should be sent here. What still comes is answered. */
  stop(): void;
  stopping(): boolean;
}

const PATIENCE_MS = 1_000;

export function createReadiness(db: Kysely<Schema>, usage: Pick<UsageRecorder, 'backlog'>): Readiness {
  const askDatabase = createProbe(() => sql`select 1`.execute(db));
  let stopping = false;
  return {
    async report() {
      const facts = { stopping, database: await askDatabase(), usage: usage.backlog() };
      return { status: judge(facts), database: facts.database, usage: facts.usage };
    },
    stop() {
      stopping = true;
    },
    stopping: () => stopping,
  };
}

/**
 * A portal without its database still knows the keys in use and keeps what it is told until there is no room left.
 * It stays in rotation: the others have lost the same database, and with all of them out nobody would be answered.
 */
export function judge({
  stopping,
  database,
  usage,
}: Omit<ReadinessReport, 'status'> & { stopping: boolean }): ReadinessReport['status'] {
  if (stopping) return 'stopping';
  if (usage.full) return 'unavailable';
  return database === 'ok' && !usage.failing ? 'ready' : 'degraded';
}

export const takesCalls = (status: ReadinessReport['status']) => status === 'ready' || status === 'degraded';

/** Of many who ask at once one asks the database, and nobody waits for one that does not answer. */
export function createProbe(
  ask: () => Promise<unknown>,
  patienceMs = PATIENCE_MS,
): () => Promise<DatabaseState> {
  let underWay: Promise<DatabaseState> | undefined;
  return () => {
    underWay ??= ask()
      .then(
        (): DatabaseState => 'ok',
        (): DatabaseState => 'unreachable',
      )
      .finally(() => {
        underWay = undefined;
      });
    return Promise.race([underWay, slowAfter(patienceMs)]);
  };
}

function slowAfter(ms: number): Promise<DatabaseState> {
  return new Promise((resolve) => setTimeout(resolve, ms, 'slow').unref());
}
