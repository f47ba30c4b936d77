import type { Kysely } from 'kysely';
import { Migrator } from 'kysely/migration';
import { appliedMigrations } from './inventory.ts';
import * as firstCall from './migrations/0001_first_call.ts';
import * as clues from './migrations/0002_clues.ts';
import * as startCode from './migrations/0003_start_code.ts';
import * as people from './migrations/0004_people.ts';
import * as usage from './migrations/0005_usage.ts';
import * as journeys from './migrations/0006_journeys.ts';
import * as lapses from './migrations/0007_lapses.ts';
import * as auditSnapshots from './migrations/0008_audit_snapshots.ts';
import type { Schema } from './schema.ts';

const MIGRATIONS = {
  '0001_first_call': firstCall,
  '0002_clues': clues,
  '0003_start_code': startCode,
  '0004_people': people,
  '0005_usage': usage,
  '0006_journeys': journeys,
  '0007_lapses': lapses,
  '0008_audit_snapshots': auditSnapshots,
};

/**
 * Brings the schema up to date. Safe to run in several processes at once: Postgres takes an advisory lock, SQLite
 * the file's write lock. Rejects when a newer version has been there.
 */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  const newer = (await appliedMigrations(db)).find((name) => !knownMigrations().includes(name));
  if (newer !== undefined) {
    throw new Error(
      `The database belongs to a newer version of the portal, which has the migration ${newer}. Start that version, or restore a backup from before.`,
    );
  }
  const { error } = await createMigrator(db).migrateToLatest();
  if (error) throw error;
}

/** As far as this migration: a database as it was then. */
export async function migrateTo(db: Kysely<Schema>, name: keyof typeof MIGRATIONS): Promise<void> {
  const { error } = await createMigrator(db).migrateTo(name);
  if (error) throw error;
}

function createMigrator(db: Kysely<Schema>): Migrator {
  return new Migrator({ db, provider: { getMigrations: async () => MIGRATIONS } });
}

/** Every migration that this version has, oldest first. */
export function knownMigrations(): string[] {
  return Object.keys(MIGRATIONS);
}
