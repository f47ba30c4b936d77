import { type RawBuilder, sql } from 'kysely';
import type { Schema } from '../../db/schema.ts';

/** Whom the rows of a developer are about: the developer, what became part of them, and the addresses they read. */
export interface Person {
  /** The developer's own id first. Never empty. */
  ids: readonly [string, ...string[]];
  emails: readonly string[];
}

/** What a table holds of a person. */
export interface Belongings<Column> {
  /** Which rows are about them. */
  rows(person: Person): RawBuilder<boolean>;
  /** What would let somebody in, or says nothing outside this database; left out of what they take along. */
  withheld?: readonly Column[];
}

const isIn = (column: string, values: readonly string[]) =>
  values.length === 0
    ? sql<boolean>`1 = 0`
    : sql<boolean>`${sql.ref(column)} in (${sql.join(values.map((value) => sql`${value}`))})`;

const owned = <Column>(...withheld: Column[]): Belongings<Column> => ({
  rows: ({ ids }) => isIn('developer_id', ids),
  withheld,
});

/** For those who wrote to an address before anybody had shown to read it. */
const addressedBy = <Column>(column: string, ...withheld: Column[]): Belongings<Column> => ({
  rows: ({ ids, emails }) => sql`(${isIn('developer_id', ids)} or ${isIn(column, emails)})`,
  withheld,
});

/**
 * Every table, and what in it is about a person; null where nothing is. Somebody who deletes themselves takes all of
 * it with them, and somebody who asks for their data gets all of it. A new table has to be decided about here: without
 * it this does not compile.
 */
export const BELONGINGS: { [Table in keyof Schema]: Belongings<keyof Schema[Table]> | null } = {
  developer: { rows: ({ ids }) => isIn('id', ids) },
  identity: owned('developer_id'),
  password: owned('developer_id', 'hash'),
  passkey: owned('developer_id', 'public_key'),
  session: owned('developer_id', 'id_hash'),
  credential: owned('developer_id', 'hash', 'sealed_secret'),
  milestone: owned('developer_id'),
  onboarding_event: owned('developer_id'),
  start_code: owned('developer_id', 'code_hash'),
  claim_link: owned('developer_id', 'token_hash'),
  sign_in_link: addressedBy('email', 'developer_id', 'token_hash', 'browser_hash'),
  mail: addressedBy('recipient', 'developer_id', 'body'),
  audit: owned('developer_id'),
  // Before the calls it stands for: it is in the order of ids, and would have to be read through.
  usage_id: {
    rows: ({ ids }) => sql`(id, developer_id) in
      (select id, developer_id from usage_event where ${isIn('developer_id', ids)})`,
    withheld: ['developer_id', 'fingerprint'],
  },
  usage_event: owned('developer_id'),
  developer_state: owned('developer_id', 'revision', 'check_at'),
  call_day: owned('developer_id'),
  live_spell: owned('developer_id'),
  journey: owned('developer_id', 'place', 'revision'),
  journey_due: owned('developer_id'),
  // Half a sign-in, ten minutes old at most. The person is named within the data, if at all.
  ceremony: {
    rows: ({ ids }) =>
      sql`(${sql.join(
        ids.map((id) => sql`data like ${`%${id}%`}`),
        sql` or `,
      )})`,
    withheld: ['id_hash', 'data'],
  },
  definition: null,
  setting: null,
  language_wish: null,
  audit_snapshot: null,
  one_time_link: null,
  spent_challenge: null,
  // It is the company's; who wrote it is told in `forgetName`.
  proxy_milestone: null,
  // It lets other gateways go on; who made it is told in `forgetName`.
  root_key: null,
};

export type Table = keyof Schema;
export const TABLES = Object.keys(BELONGINGS) as Table[];
