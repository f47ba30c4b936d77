import { AppError } from '../errors.ts';
import type { Role } from '../features/developers/roles.ts';
import { isFresh, type SessionOwner } from '../features/developers/sessions.ts';

/** Who may be asking: nobody known, an anonymous developer's browser, or somebody with a role. */
export type Caller = 'nobody' | 'anonymous' | Role;

export interface Access {
  allow: readonly Caller[];
  /** Asks for a proof that is younger than 15 minutes. */
  fresh?: true;
}

const everybody: Access = { allow: ['nobody', 'anonymous', 'developer', 'author', 'pm', 'admin'] };
/** Whoever has a developer of their own, named or not. */
const visitors: Access = { allow: ['anonymous', 'developer'] };
const insights: Access = { allow: ['pm', 'admin'] };
/** A developer who has shown who they are. */
const claimed: Access = { allow: ['developer'] };
const admins: Access = { allow: ['admin'] };
/** Whoever has proved who they are. */
const signedIn: Access = { allow: ['developer', 'author', 'pm', 'admin'] };
/** Whoever has something here, named or not: it is theirs to look at, take along and delete. */
const owners: Access = { allow: ['anonymous', 'developer', 'author', 'pm', 'admin'] };
const freshly = (access: Access): Access => ({ ...access, fresh: true });

/**
 * Every door of the portal and who may use it. What is not in here does not exist: the API does not start with a
 * route that is missing, and a page that is missing fails the build. A route that takes a key instead of a session
 * is open here and asks for its key itself.
 */
export const ROUTES = {
  'POST /api/credentials': everybody,
  'POST /api/keys/verify': everybody,
  'POST /api/usage': everybody,
  'POST /api/otlp/v1/traces': everybody,
  'POST /api/otlp/v1/logs': everybody,
  'GET /api/reporting.tgz': everybody,
  'GET /api/progress': everybody,
  'GET /api/progress/stream': visitors,
  'POST /api/onboarding-events': visitors,
  'POST /api/goal': visitors,
  'POST /api/language-wishes': everybody,
  'GET /api/inbox': visitors,
  'POST /api/start-codes': everybody,
  'GET /start/:code/:archive': everybody,
  'HEAD /start/:code/:archive': everybody,
  'GET /api/health': everybody,
  'GET /api/ready': everybody,
  'GET /api/metrics': everybody,
  'GET /api/config': everybody,
  'GET /api/openapi.json': everybody,
  'GET /api/sign-in/:provider': everybody,
  'GET /api/sign-in/:provider/callback': everybody,
  'GET /api/account/ways/:provider': freshly(signedIn),
  'POST /api/passkeys/sign-in/options': everybody,
  'POST /api/passkeys/sign-in': everybody,
  'POST /api/passkeys/sign-up/options': everybody,
  'POST /api/passkeys/sign-up': everybody,
  'POST /api/passkeys/add/options': freshly(signedIn),
  'POST /api/passkeys/add': freshly(signedIn),
  'GET /admin/enter': everybody,
  'POST /api/sign-in-links': everybody,
  'GET /.well-known/api-onboarding': everybody,
  'GET /.well-known/oauth-protected-resource': everybody,
  'GET /.well-known/oauth-protected-resource/:path{.+}': everybody,
  'GET /.well-known/api-catalog': everybody,
  'GET /auth.md': everybody,
  'GET /agent/challenge': everybody,
} as const satisfies Record<string, Access>;

/** Shown in place of what somebody may not see; it says why, so everybody may. */
export const NO_ACCESS = '/no-access';

/** The pages that are rendered on demand. Prerendered ones are files and know nobody. */
export const PAGES = {
  '/insights': insights,
  '/insights/time-to-first-call': insights,
  '/insights/time-to-first-call.csv': insights,
  '/insights/funnel': insights,
  '/insights/overview.csv': insights,
  '/insights/funnel.csv': insights,
  '/insights/audits.csv': insights,
  '/insights/cohorts': insights,
  '/insights/cohorts.csv': insights,
  '/insights/developers': insights,
  '/insights/developers.csv': insights,
  '/insights/developers/[id]': insights,
  '/insights/report': insights,
  '/insights/report.md': insights,
  '/insights/languages': insights,
  '/insights/languages.csv': insights,
  '/insights/milestone-lab': insights,
  '/insights/milestone-lab.csv': insights,
  '/admin': admins,
  '/admin/audit': admins,
  '/admin/root-keys': admins,
  '/keys': everybody,
  '/requests': everybody,
  '/sign-in': everybody,
  '/sign-in/[token]': everybody,
  '/claim/[token]': everybody,
  '/account': owners,
  '/account/export.json': freshly(owners),
  '/account/email/[token]': signedIn,
  '/account/deleted': everybody,
} as const satisfies Record<string, Access>;

/** What the forms of those pages do. */
export const ACTIONS = {
  signOut: everybody,
  askForLink: everybody,
  useLink: everybody,
  signInWithPassword: everybody,
  takeOver: claimed,
  createKey: visitors,
  revealKey: freshly(visitors),
  rollKey: freshly(visitors),
  revokeKey: visitors,
  changeRole: freshly(admins),
  invitePerson: freshly(admins),
  withdrawInvitation: admins,
  endSession: owners,
  endOtherSessions: owners,
  removeWay: freshly(signedIn),
  setPassword: freshly(signedIn),
  removePassword: freshly(signedIn),
  askToAddEmail: freshly(signedIn),
  addEmail: signedIn,
  deleteAccount: freshly(owners),
  excludeDeveloper: insights,
  includeDeveloper: insights,
  followProxy: insights,
  decideProxy: insights,
  createRootKey: freshly(admins),
  revokeRootKey: admins,
} as const satisfies Record<string, Access>;

export type ActionName = keyof typeof ACTIONS;

/** Who is asking: a browser may hold a developer's session and one of the company's people's. */
export interface Callers {
  visitor: SessionOwner | null;
  staff: SessionOwner | null;
}

/** Why somebody may not: nobody has signed in, theirs is not the role for it, or they signed in too long ago. */
export type Denial = 'sign_in' | 'role' | 'stale';

/** Null when they may. */
export function deny(access: Access, { visitor, staff }: Callers, now: number): Denial | null {
  if (access.allow.includes('nobody')) return null;
  const owner = actingAs(access, { visitor, staff });
  if (!owner) return staff || visitor?.claimed ? 'role' : 'sign_in';
  return access.fresh && !isFresh(owner, now) ? 'stale' : null;
}

/** Whose rights are used, and so whose things are changed, by a browser that may hold two sessions. */
export function actingAs(access: Access, { visitor, staff }: Callers): SessionOwner | null {
  return [staff, visitor].find((owner) => owner && access.allow.includes(callerOf(owner))) ?? null;
}

/** Whose things these are; null where nobody has anything here. */
export const ownerOf = (callers: Callers) => actingAs(owners, callers);

/** Whose account it is; null where nobody has proved who they are. */
export const accountOf = (callers: Callers) => actingAs(signedIn, callers);

function callerOf(owner: SessionOwner): Caller {
  return owner.role === 'developer' && !owner.claimed ? 'anonymous' : owner.role;
}

/** The denial in words, for programs and for forms. */
export function denialError(denial: Denial, access: Access): AppError {
  if (denial === 'role') {
    return new AppError(
      403,
      'forbidden',
      'Your account may not do this. Somebody with the role admin can change that.',
    );
  }
  if (denial === 'stale') {
    return new AppError(403, 'sign_in_again', 'You signed in a while ago. Sign in again, then repeat this.');
  }
  return access.allow.includes('anonymous')
    ? new AppError(
        401,
        'no_session',
        'This browser has no developer yet. Run the sample or get an API key first.',
      )
    : new AppError(401, 'no_session', 'Sign in first.');
}
