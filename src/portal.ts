import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { parse } from 'yaml';
import { startChores } from './chores.ts';
import type { Config } from './config.ts';
import type { Context } from './context.ts';
import { openAnnouncements } from './db/announcements.ts';
import { openDatabase } from './db/open.ts';
import {
  type CredentialVerifier,
  createCredentialVerifier,
} from './features/credentials/credential-verifier.ts';
import { followKeyChanges } from './features/credentials/key-changes.ts';
import { createRootKeyVerifier, type RootKeyVerifier } from './features/credentials/root-key-verifier.ts';
import { createSeal } from './features/credentials/seal.ts';
import { createUseNotes, type UseNotes } from './features/credentials/use-notes.ts';
import { findDemoMark } from './features/demo/demo-store.ts';
import { applyDomains } from './features/developers/exclusions.ts';
import { createPasswordHasher, type PasswordHasher } from './features/developers/password-hash.ts';
import { type Sessions, staffSessions, visitorSessions } from './features/developers/sessions.ts';
import { createMilestoneLab, type MilestoneLab } from './features/insights/read-lab.ts';
import { createJourneyMemory, type JourneyMemory } from './features/journeys/journey-memory.ts';
import { countWaitingMail } from './features/mail/mail-store.ts';
import { createOutbox, type Outbox } from './features/mail/outbox.ts';
import { chooseTransport } from './features/mail/transport.ts';
import { type Definition, useDefinition } from './features/milestones/definition.ts';
import { parseDefinition } from './features/milestones/definition-schema.ts';
import { type OnboardingPath, parsePath } from './features/milestones/path-schema.ts';
import { createMetrics, type Metrics } from './features/operations/metrics.ts';
import { createReadiness, type Readiness } from './features/operations/readiness.ts';
import { beginLinkTime } from './features/sign-in/email-link.ts';
import { createProviders, type Providers } from './features/sign-in/providers.ts';
import { createSignInLimits, type SignInLimits } from './features/sign-in/sign-in-limits.ts';
import { followElsewhere } from './features/usage/follow-elsewhere.ts';
import { prepareDays } from './features/usage/keep-days.ts';
import { createObservationFeed, type ObservationFeed } from './features/usage/observation-feed.ts';
import { createUsageRecorder, type UsageRecorder } from './features/usage/record-usage.ts';
import { openSpool, type Spool } from './features/usage/spool.ts';
import { createUsageStore } from './features/usage/store-usage.ts';
import { tellTouches } from './features/usage/tell-touches.ts';
import { createLimits, type Limits } from './limits.ts';

/** One running portal: the context and everything with state. Pages and routes are handed it; nothing is global. */
export interface Portal {
  ctx: Context;
  /** Which database, for people. */
  database: string;
  path: OnboardingPath;
  /** What counts as what. */
  definition: Definition;
  verifier: CredentialVerifier;
  rootKeys: RootKeyVerifier;
  /** Uses of keys that other gateways saw. */
  keyUses: UseNotes;
  usage: UsageRecorder;
  feed: ObservationFeed;
  readiness: Readiness;
  metrics: Metrics;
  /** Where every developer stands, for the figures. */
  journeys: JourneyMemory;
  lab: MilestoneLab;
  /** Whether its developers are simulated. */
  isDemo: boolean;
  visitors: Sessions;
  staff: Sessions;
  passwords: PasswordHasher;
  limits: Limits;
  signInLimits: SignInLimits;
  outbox: Outbox;
  /** Where else people can prove who they are. */
  providers: Providers;
  /** Stores what is waiting and closes the database. */
  close(): Promise<void>;
}

export interface PortalOptions {
  config: Config;
  log: Logger;
  now?: () => number;
}

const DEFINITION_FILE = new URL('../content/onboarding/milestones.yaml', import.meta.url);
const PATH_FILE = new URL('../content/onboarding/goals.yaml', import.meta.url);

/** Opens the database and builds the rooms on it. Rejects when the database or the onboarding content is unusable. */
export async function openPortal({ config, log, now = Date.now }: PortalOptions): Promise<Portal> {
  const path = parsePath(parse(readFileSync(PATH_FILE, 'utf8')));
  const { db, description } = await openDatabase(config, log);
  const ctx: Context = { config, db, log, seal: createSeal(config), now };
  const announcements = await openAnnouncements(ctx);
  const keyChanges = followKeyChanges(announcements);
  const limits = createLimits(announcements, now);
  const feed = createObservationFeed(
    config.databaseUrl === undefined
      ? null
      : {
          follow: (tell) => followElsewhere(ctx, tell),
          tellTouches: (onTouch) => tellTouches(announcements, onTouch),
        },
  );
  const definition = await useDefinition(ctx, parseDefinition(parse(readFileSync(DEFINITION_FILE, 'utf8'))));
  const usage = createUsageRecorder({
    ctx,
    store: createUsageStore(ctx, definition),
    spool: openSpoolIn(config, log),
    onStored: feed.publish,
  });
  await applyDomains(db, { domains: definition.body.excluded_developers.email_domains, now: now() });
  const readiness = createReadiness(db, usage);
  const metrics = createMetrics({
    readiness,
    watchers: feed.listening,
    waitingMails: () => countWaitingMail(db),
    hearsKeyChanges: keyChanges.upToDate,
  });
  const visitors = visitorSessions(ctx);
  const verifier = createCredentialVerifier(ctx, keyChanges);
  const keyUses = createUseNotes(ctx);
  const journeys = createJourneyMemory(ctx);
  const outbox = createOutbox(ctx, chooseTransport(config, log), beginLinkTime);
  await prepareDays(ctx);
  const endChores = startChores({
    ctx,
    definition,
    verifier,
    usage,
    feed,
    journeys,
    visitors,
    outbox,
  });
  return {
    ctx,
    database: description,
    path,
    definition,
    verifier,
    rootKeys: createRootKeyVerifier(ctx, keyChanges),
    keyUses,
    usage,
    feed,
    readiness,
    metrics,
    journeys,
    lab: createMilestoneLab(ctx),
    isDemo: (await findDemoMark(db)) !== null,
    visitors,
    staff: staffSessions(ctx),
    passwords: createPasswordHasher(),
    limits,
    signInLimits: createSignInLimits(limits),
    outbox,
    providers: createProviders(config),
    async close() {
      endChores();
      await journeys.close();
      await usage.close();
      await outbox.close();
      await keyUses.flushed();
      await feed.close();
      await limits.close();
      await announcements.close();
      await db.destroy();
    },
  };
}

/** Without a folder to write to the portal works, and loses what comes while the database is away for too long. */
function openSpoolIn({ dataDir, spoolMaxBytes }: Config, log: Logger): Spool | null {
  try {
    return openSpool({ folder: join(dataDir, 'spool'), maxBytes: spoolMaxBytes, log });
  } catch (error) {
    log.error({ err: error }, 'there is no folder for calls that wait while the database is away');
    return null;
  }
}
