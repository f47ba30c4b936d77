import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { openDatabase } from './db/open.ts';
import { moveStragglers } from './features/claims/merge-developers.ts';
import {
  type CredentialVerifier,
  createCredentialVerifier,
} from './features/credentials/credential-verifier.ts';
import { type Sessions, staffSessions, visitorSessions } from './features/developers/sessions.ts';
import { type OnboardingPath, parsePath } from './features/milestones/path-schema.ts';
import { createObservationFeed, type ObservationFeed } from './features/usage/observation-feed.ts';
import { createUsageRecorder, type UsageRecorder } from './features/usage/record-usage.ts';

/** One running portal: the context and everything with state. Pages and routes are handed it; nothing is global. */
export interface Portal {
  ctx: Context;
  /** Which database, for people. */
  database: string;
  path: OnboardingPath;
  verifier: CredentialVerifier;
  usage: UsageRecorder;
  feed: ObservationFeed;
  visitors: Sessions;
  staff: Sessions;
  /** Stores what is waiting and closes the database. */
  close(): Promise<void>;
}

export interface PortalOptions {
  config: Config;
  log: Logger;
  now?: () => number;
}

const SWEEP_MS = 3_600_000;
const STRAGGLERS_MS = 60_000;
const PATH_FILE = new URL('../content/onboarding/goals.yaml', import.meta.url);

/** Opens the database and builds the rooms on it. Rejects when the database or the onboarding content is unusable. */
export async function openPortal({ config, log, now = Date.now }: PortalOptions): Promise<Portal> {
  const path = parsePath(parse(readFileSync(PATH_FILE, 'utf8')));
  const { db, description } = await openDatabase(config, log);
  const ctx: Context = { config, db, log, now };
  const feed = createObservationFeed();
  const usage = createUsageRecorder(ctx, feed.publish);
  const visitors = visitorSessions(ctx);
  const verifier = createCredentialVerifier(ctx);
  const chores = [
    repeat(log, SWEEP_MS, 'old sessions could not be swept', () => visitors.sweep()),
    repeat(log, STRAGGLERS_MS, 'late calls of merged developers could not be moved', async () => {
      for (const hash of await moveStragglers(ctx)) verifier.forget(hash);
    }),
  ];
  return {
    ctx,
    database: description,
    path,
    verifier,
    usage,
    feed,
    visitors,
    staff: staffSessions(ctx),
    async close() {
      for (const chore of chores) clearInterval(chore);
      await usage.flushed();
      await db.destroy();
    },
  };
}

/** Does a chore again and again; one that fails is done again next time. */
function repeat(log: Logger, everyMs: number, complaint: string, chore: () => Promise<void>): NodeJS.Timeout {
  return setInterval(() => {
    chore().catch((error: unknown) => log.warn({ err: error }, complaint));
  }, everyMs).unref();
}
