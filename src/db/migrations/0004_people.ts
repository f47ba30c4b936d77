import { type Kysely, sql } from 'kysely';

/** How long a key lived that nobody had asked an earlier end for. */
const UNCLAIMED_MS = 72 * 3_600_000;

/** Who somebody is, how they prove it, what belongs to them, and what was done with it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await widenDevelopers(db);
  await widenSessions(db);
  await widenCredentials(db);
  await createProofs(db);
  await createLinks(db);
  await createRecords(db);
}

async function widenDevelopers(db: Kysely<unknown>) {
  await db.schema.alterTable('developer').addColumn('claimed_at', 'bigint').execute();
  await db.schema.alterTable('developer').addColumn('merged_into', 'text').execute();
  await db.schema.alterTable('developer').addColumn('merged_at', 'bigint').execute();
  await db.schema.createIndex('developer_by_merge').on('developer').column('merged_at').execute();
}

async function widenSessions(db: Kysely<unknown>) {
  await db.schema
    .alterTable('session')
    .addColumn('id', 'text', (c) => c.notNull().defaultTo(''))
    .execute();
  await db.schema.alterTable('session').addColumn('signed_in_at', 'bigint').execute();
  await db.schema.alterTable('session').addColumn('client', 'text').execute();
  await sql`update session set id = 'ses_' || substr(id_hash, 1, 24)`.execute(db);
}

async function widenCredentials(db: Kysely<unknown>) {
  await db.schema.alterTable('credential').addColumn('name', 'text').execute();
  await db.schema
    .alterTable('credential')
    .addColumn('provisional', 'integer', (c) => c.notNull().defaultTo(1))
    .execute();
  await sql`update credential set provisional = 0 where expires_at - created_at < ${sql.lit(UNCLAIMED_MS)}`.execute(
    db,
  );
  await db.schema.alterTable('credential').addColumn('scopes', 'text').execute();
  await db.schema.alterTable('credential').addColumn('networks', 'text').execute();
  await db.schema.alterTable('credential').addColumn('sealed_secret', 'text').execute();
  await db.schema.alterTable('credential').addColumn('rolled_to', 'text').execute();
}

async function createProofs(db: Kysely<unknown>) {
  await db.schema
    .createTable('identity')
    .addColumn('issuer', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('label', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addPrimaryKeyConstraint('identity_key', ['issuer', 'subject'])
    .execute();
  await db.schema.createIndex('identity_by_developer').on('identity').column('developer_id').execute();

  await db.schema
    .createTable('password')
    .addColumn('developer_id', 'text', (c) => c.primaryKey())
    .addColumn('hash', 'text', (c) => c.notNull())
    .addColumn('changed_at', 'bigint', (c) => c.notNull())
    .execute();

  await db.schema
    .createTable('passkey')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('public_key', 'text', (c) => c.notNull())
    .addColumn('counter', 'bigint', (c) => c.notNull())
    .addColumn('transports', 'text', (c) => c.notNull())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('last_used_at', 'bigint')
    .execute();
  await db.schema.createIndex('passkey_by_developer').on('passkey').column('developer_id').execute();
}

async function createLinks(db: Kysely<unknown>) {
  await db.schema
    .createTable('sign_in_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('email', 'text', (c) => c.notNull())
    .addColumn('purpose', 'text', (c) => c.notNull())
    .addColumn('developer_id', 'text')
    .addColumn('role', 'text')
    .addColumn('browser_hash', 'text')
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('sign_in_link_by_expiry').on('sign_in_link').column('expires_at').execute();

  await db.schema
    .createTable('claim_link')
    .addColumn('token_hash', 'text', (c) => c.primaryKey())
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .addColumn('used_at', 'bigint')
    .execute();
  await db.schema.createIndex('claim_link_by_developer').on('claim_link').column('developer_id').execute();

  await db.schema
    .createTable('ceremony')
    .addColumn('id_hash', 'text', (c) => c.primaryKey())
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('data', 'text', (c) => c.notNull())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema.createIndex('ceremony_by_expiry').on('ceremony').column('expires_at').execute();
}

async function createRecords(db: Kysely<unknown>) {
  await db.schema
    .createTable('audit')
    .addColumn('developer_id', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actor_id', 'text', (c) => c.notNull())
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('target', 'text')
    .addColumn('detail', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('audit_key', ['developer_id', 'id'])
    .execute();
  await db.schema.createIndex('audit_by_id').on('audit').column('id').execute();

  await db.schema
    .createTable('mail')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('developer_id', 'text')
    .addColumn('recipient', 'text', (c) => c.notNull())
    .addColumn('subject', 'text', (c) => c.notNull())
    .addColumn('body', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('next_try_at', 'bigint')
    .addColumn('tries', 'integer', (c) => c.notNull())
    .addColumn('sent_at', 'bigint')
    .addColumn('last_error', 'text')
    .execute();
  await db.schema.createIndex('mail_by_next_try').on('mail').column('next_try_at').execute();

  await db.schema
    .createTable('root_key')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('name', 'text', (c) => c.notNull())
    .addColumn('hash', 'text', (c) => c.notNull().unique())
    .addColumn('hint', 'text', (c) => c.notNull())
    .addColumn('created_by', 'text', (c) => c.notNull())
    .addColumn('created_at', 'bigint', (c) => c.notNull())
    .addColumn('revoked_at', 'bigint')
    .addColumn('last_used_at', 'bigint')
    .execute();

  await db.schema
    .createTable('spent_challenge')
    .addColumn('challenge_hash', 'text', (c) => c.primaryKey())
    .addColumn('expires_at', 'bigint', (c) => c.notNull())
    .execute();
  await db.schema
    .createIndex('spent_challenge_by_expiry')
    .on('spent_challenge')
    .column('expires_at')
    .execute();
}
