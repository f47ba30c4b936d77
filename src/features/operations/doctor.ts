import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import { connect } from '../../db/open.ts';
import type { Schema } from '../../db/schema.ts';
import { checkAddress } from './checks/address.ts';
import { type ClockOffset, databaseClock, judgeClock } from './checks/clock.ts';
import { checkDatabase, sqliteFile } from './checks/database.ts';
import { checkDisk } from './checks/disk.ts';
import { checkMail } from './checks/mail.ts';
import { checkRunning } from './checks/running.ts';
import { checkSecret } from './checks/secret.ts';
import { askUpstream, judgeUpstream, type UpstreamAnswer } from './checks/upstream.ts';
import { error, type Finding, ok } from './finding.ts';

export interface Diagnosis extends Finding {
  /** What was looked at: `database`, `clock`, … */
  about: string;
}

/**
 * Looks at everything a portal with this configuration needs. Changes nothing, and never rejects: a check that cannot
 * be made is a finding. A second portal may be running meanwhile.
 */
export async function examine(
  config: Config,
  log: Logger,
  now: () => number = Date.now,
): Promise<Diagnosis[]> {
  const exists = config.databaseUrl !== undefined || sqliteFile(config) !== null;
  const db = exists ? await tryTo(() => connect(config, log).db) : null;
  if (db instanceof Error) return [unreachable(config, db), ...(await examineRest(config, null, now))];
  try {
    const found = await tryTo(() =>
      db ? checkDatabase(config, db) : [ok('SQLite, made by the first start')],
    );
    if (found instanceof Error)
      return [unreachable(config, found), ...(await examineRest(config, null, now))];
    return [...about('database', found), ...(await examineRest(config, db, now))];
  } finally {
    await db?.destroy();
  }
}

async function examineRest(
  config: Config,
  db: Kysely<Schema> | null,
  now: () => number,
): Promise<Diagnosis[]> {
  const [offset, upstream] = await Promise.all([
    tryTo(() => (db ? databaseClock(db, now) : null)),
    tryTo(() => askUpstream(config, now)),
  ]);
  const clocks = [offset, upstream instanceof Error ? null : upstream?.clock];
  const known = clocks.filter((clock): clock is ClockOffset => clock != null && !(clock instanceof Error));
  const checks: Record<string, () => Finding[] | Promise<Finding[]>> = {
    clock: () => judgeClock(known),
    address: () => checkAddress(config),
    upstream: () => judgeReach(config, upstream),
    secret: () => checkSecret(config, db),
    disk: () => checkDisk(config),
    mail: () => checkMail(config),
    portal: () => checkRunning(config),
  };
  const found = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => {
      const findings = await tryTo(check);
      if (!(findings instanceof Error)) return about(name, findings);
      return about(name, [
        error(`could not be checked: ${findings.message}`, 'Mend what is above first, then run this again.'),
      ]);
    }),
  );
  return found.flat();
}

function judgeReach(config: Config, answer: UpstreamAnswer | null | Error): Finding[] {
  if (!(answer instanceof Error)) return judgeUpstream(config, answer);
  return [
    error(
      `${config.upstreamUrl} cannot be reached: ${wordsOf(answer)}`,
      'Check UPSTREAM_URL, whether your API runs, and whether a firewall is in between.',
    ),
  ];
}

function unreachable({ databaseUrl, dataDir }: Config, reason: Error): Diagnosis {
  const [says, todo] = databaseUrl
    ? [
        `Postgres at ${new URL(databaseUrl).host} cannot be used: ${wordsOf(reason)}`,
        'Check DATABASE_URL, whether Postgres runs and lets this machine in, and whether the database was created.',
      ]
    : [
        `SQLite in ${dataDir} cannot be used: ${wordsOf(reason)}`,
        'Let the folder and the file belong to the user who runs the portal.',
      ];
  return { about: 'database', ...error(says, todo) };
}

const about = (name: string, findings: Finding[]): Diagnosis[] =>
  findings.map((finding) => ({ about: name, ...finding }));

async function tryTo<T>(work: () => T | Promise<T>): Promise<T | Error> {
  try {
    return await work();
  } catch (reason) {
    return reason instanceof Error ? reason : new Error(String(reason));
  }
}

/** Some errors of the network have several causes and no words of their own. */
function wordsOf(reason: Error): string {
  const { code } = reason as NodeJS.ErrnoException;
  return reason.message || code || reason.name;
}
