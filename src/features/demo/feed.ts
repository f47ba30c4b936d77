import type { Context } from '../../context.ts';
import { type Doors, enter } from '../claims/enter.ts';
import { issueCredential } from '../credentials/issue-credential.ts';
import type { RootKeyVerifier } from '../credentials/root-key-verifier.ts';
import { createRootKey, revokeRootKey } from '../credentials/root-keys.ts';
import { createDeveloper, moveAnchorEarlier } from '../developers/developer-store.ts';
import { changeExclusion } from '../developers/exclusions.ts';
import { EMAIL } from '../developers/identity-store.ts';
import { languageWish } from '../languages/language-wish-schema.ts';
import { wantLanguage } from '../languages/want-language.ts';
import { answerGoal } from '../milestones/answer-goal.ts';
import { recordOnboardingEvent } from '../milestones/onboarding-event-store.ts';
import type { OnboardingPath } from '../milestones/path-schema.ts';
import { type Action, actionsOf } from './actions.ts';
import { DEMO_ACTOR, noteDemo } from './demo-store.ts';
import type { SimulatedDeveloper } from './developer.ts';
import { createKeyRing, type KeyRing } from './key-ring.ts';
import { playInOrder } from './play-in-order.ts';
import type { Population } from './population.ts';
import { createPost, type Post } from './post.ts';
import { type Simulation, simulate } from './simulate.ts';

/** What is fed; a running portal is one of these. */
export interface FeedablePortal extends Doors {
  rootKeys: RootKeyVerifier;
  path: OnboardingPath;
}

/** The portal's clock while it is fed; it goes from one action to the next. */
export interface Clock {
  now: number;
}

export interface Fed {
  developers: number;
  /** As they were stored; repeats are not among them. */
  calls: number;
  duplicates: number;
}

export interface FeedOptions extends Simulation {
  /** What the portal was opened with as `now`. */
  clock: Clock;
  onProgress?: (developers: number) => void;
}

const RUNNABLE = new Set(['javascript', 'typescript', 'python', 'curl']);

/**
 * Lets simulated developers use a portal from the first day to the last: every row comes from the use case that would
 * make it, at the simulated time. Nothing hidden is passed on. Memory holds those who have something to do yet.
 */
export async function feed(
  portal: FeedablePortal,
  population: Population,
  options: FeedOptions,
): Promise<Fed> {
  const { clock, end } = options;
  clock.now = options.begin;
  const mark = { seed: options.seed, begunAt: options.begin };
  await noteDemo(portal.ctx.db, { ...mark, filledAt: null });
  const { rootKey } = await createRootKey(portal.ctx, { name: 'demo', actorId: DEMO_ACTOR });
  const post = createPost(portal.usage, rootKey.id);
  const fed: Fed = { developers: 0, calls: 0, duplicates: 0 };
  const stories = function* () {
    for (const drawn of simulate(population, options)) {
      const { developer } = drawn;
      const actions = actionsOf(population, { begin: options.begin, until: end, seed: options.seed }, drawn);
      yield { at: developer.arrivedAt, owner: developer, actions };
    }
  };
  const lives = new Map<SimulatedDeveloper, Living>();
  for (const { owner, action, isLast } of playInOrder(stories())) {
    clock.now = action.at;
    await post.sendDue(action.at);
    let living = lives.get(owner);
    if (!living) {
      living = await begin(portal, owner);
      lives.set(owner, living);
      fed.developers += 1;
      options.onProgress?.(fed.developers);
    }
    await act(portal, { owner, living, post }, action);
    if (isLast) lives.delete(owner);
  }
  await post.send();
  clock.now = end;
  await noteDemo(portal.ctx.db, { ...mark, filledAt: end });
  await revokeRootKey(portal.ctx, portal.rootKeys, { id: rootKey.id, actorId: DEMO_ACTOR });
  return { ...fed, ...post.counts() };
}

interface Living {
  developerId: string;
  keys: KeyRing;
}

interface Scene {
  owner: SimulatedDeveloper;
  living: Living;
  post: Post;
}

/** The first act of intent. A visit alone makes nobody. */
async function begin(portal: FeedablePortal, developer: SimulatedDeveloper): Promise<Living> {
  const { ctx } = portal;
  const now = ctx.now();
  const { channel } = developer;
  const developerId = await ctx.db.transaction().execute(async (tx) => {
    const id = await createDeveloper(tx, now, { channel });
    await moveAnchorEarlier(tx, id, { t0: now, firstVisitAt: developer.arrivedAt });
    return id;
  });
  const reason = developer.internal ? 'internal' : developer.bot ? 'bot' : null;
  if (reason) await changeExclusion(ctx, { developerId, reason, actorId: DEMO_ACTOR });
  return { developerId, keys: createKeyRing(portal, developer, developerId) };
}

async function act(portal: FeedablePortal, { owner, living, post }: Scene, action: Action): Promise<void> {
  const { ctx } = portal;
  const { developerId, keys } = living;
  switch (action.kind) {
    case 'goal':
      return answerGoal(ctx, portal.path, developerId, { goal: owner.goal, occupation: owner.occupation });
    case 'page_key':
      return void (await keys.use(owner.actor === 'agent' ? 'own' : 'page'));
    case 'sample_run':
      await ask(ctx, owner.language, developerId);
      return recordOnboardingEvent(ctx.db, {
        developerId,
        name: 'sample_run',
        receivedAt: action.at,
        props: { sample: 'first-call', language: runnable(owner.language), status: action.status },
      });
    case 'claim':
      await signIn(portal, owner, developerId);
      return keys.keep();
    case 'second_browser':
      return beginAgain(portal, owner);
    case 'live_key':
      return void (await keys.use('live'));
    case 'report':
      return post.add(owner, action, await keys.use(action.delivery.call.door));
  }
}

/** Who looked for a language that there is no sample in says so first. */
async function ask(ctx: Context, language: string, developerId: string): Promise<void> {
  const wish = languageWish.safeParse({ language });
  if (wish.success) await wantLanguage(ctx, wish.data.language, developerId);
}

/** Who asked for a language that there is no sample in runs the one that every terminal can. */
const runnable = (language: string) => (RUNNABLE.has(language) ? language : 'curl');

/** By a link in a mail, in the browser of this anonymous developer. */
async function signIn(portal: FeedablePortal, owner: SimulatedDeveloper, anonymous: string): Promise<void> {
  const cookies = await portal.visitors.begin(anonymous, { signedIn: false });
  const address = `developer-${owner.index}@company-${owner.account.index}.example`;
  await enter(
    portal,
    { issuer: EMAIL, subject: address, label: address },
    { cookies: cookies.map((cookie) => cookie.split(';')[0]).join('; '), client: null },
  );
}

/** Somebody new in another browser, until they sign in there too and turn out to be known. */
async function beginAgain(portal: FeedablePortal, owner: SimulatedDeveloper): Promise<void> {
  const { developer_id } = await issueCredential(portal.ctx, portal.verifier, {
    developerId: null,
    origin: 'sandbox',
    pageAgeMs: 5_000,
  });
  await signIn(portal, owner, developer_id);
}
