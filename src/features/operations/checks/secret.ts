import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import type { Config } from '../../../config.ts';
import type { Schema } from '../../../db/schema.ts';
import { createSeal } from '../../credentials/seal.ts';
import { KEY_FILE } from '../backup-manifest.ts';
import { error, type Finding, ok, warning } from '../finding.ts';

const TRIED = 20;
const OTHERS = 0o077;

/** Whether what is sealed in the database opens under the configured key. `db`: null where there is none yet. */
export async function checkSecret(config: Config, db: Kysely<Schema> | null): Promise<Finding[]> {
  const file = join(config.dataDir, KEY_FILE);
  const sealed = db ? await newestSealed(db) : [];
  if (config.secretKey === undefined && !existsSync(file)) {
    return sealed.length === 0
      ? [ok(`${file} is made by the first start`)]
      : [
          error(
            `${file} is missing, and keys in the database are encrypted under it`,
            'Bring it back from a backup before the portal starts and makes another one.',
          ),
        ];
  }
  const seal = createSeal(config);
  const closed = sealed.filter(({ id, sealed_secret }) => seal.open(sealed_secret ?? '', id) === null);
  const name = config.secretKey === undefined ? file : 'SECRET_KEY';
  if (closed.length > 0) {
    return [
      error(
        `${closed.length} of the ${sealed.length} newest keys do not open under ${name}`,
        'Use the one with which they were made: their owners cannot see them again otherwise.',
      ),
    ];
  }
  const opens =
    sealed.length === 0 ? 'is there; nothing to try it on' : `opens the ${sealed.length} newest keys`;
  return [...judgeKeeping(config, file), ok(`${name} ${opens}`)];
}

function judgeKeeping({ secretKey, databaseUrl }: Config, file: string): Finding[] {
  if (secretKey !== undefined) return [];
  const findings: Finding[] = [];
  if ((statSync(file).mode & OTHERS) !== 0) {
    findings.push(warning(`${file} can be read by other users of this machine`, `Run: chmod 600 ${file}`));
  }
  if (databaseUrl !== undefined) {
    findings.push(
      warning(
        'SECRET_KEY is not set, so another process on this database would use another key',
        `Set SECRET_KEY to what is in ${file}, the same for every process.`,
      ),
    );
  }
  return findings;
}

function newestSealed(db: Kysely<Schema>) {
  return db
    .selectFrom('credential')
    .select(['id', 'sealed_secret'])
    .where('sealed_secret', 'is not', null)
    .orderBy('id', 'desc')
    .limit(TRIED)
    .execute();
}
