import type { Context } from '../../context.ts';
import { type DefinitionBody, definitionBody } from './definition-schema.ts';
import { findLatestDefinition, insertDefinition } from './definition-store.ts';
import { createJudge, type Judge } from './milestone-rules.ts';

/** What counts as what, by a version: a number that grows with every change. */
export interface Definition {
  version: number;
  /** Since when, milliseconds since 1970. */
  at: number;
  body: DefinitionBody;
  judge: Judge;
}

/** The definition that the file holds: the version that is in use, or a new one where the file was changed. */
export async function useDefinition(
  { db, now }: Pick<Context, 'db' | 'now'>,
  body: DefinitionBody,
): Promise<Definition> {
  // Parsed again, so that the fields have one order and only a change of meaning makes a version.
  const text = JSON.stringify(definitionBody.parse(body));
  const latest = await findLatestDefinition(db);
  const row =
    latest?.body === text
      ? latest
      : await insertDefinition(db, { version: (latest?.version ?? 0) + 1, at: now(), body: text });
  return { version: row.version, at: row.at, body, judge: createJudge(body) };
}
