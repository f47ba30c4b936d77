import { randomUUIDv7 } from 'node:crypto';
import { Lucia, TimeSpan } from 'lucia';
import { serializeCookie } from 'oslo/cookie';
import type { Context } from '../../context.ts';
import { luciaAdapter } from './lucia-adapter.ts';
import { readCookie } from './read-cookie.ts';
import { type Role, role } from './roles.ts';

/** Who a request comes from, by its cookie. */
export interface SessionOwner {
  /** What the session is called where it is listed and ended; not what the cookie holds. */
  sessionId: string;
  developerId: string;
  role: Role;
  /** False while the developer is anonymous: whoever has the cookie is all that is known. */
  claimed: boolean;
  /** When the person last proved who they are, in milliseconds since 1970; null when nobody has. */
  signedInAt: number | null;
  /** `Set-Cookie` values that the answer has to carry because the session was extended; mostly none. */
  setCookies: string[];
}

export interface NewSession {
  /** Whether somebody has just proved who they are. */
  signedIn: boolean;
  /** The sort of browser, for the list of sessions. */
  client?: string | null;
}

/** One kind of session. Cookies go in as the request's header and come out as `Set-Cookie` values. */
export interface Sessions {
  read(cookieHeader: string | null | undefined): Promise<SessionOwner | null>;
  begin(developerId: string, session: NewSession): Promise<string[]>;
  end(cookieHeader: string | null | undefined): Promise<string[]>;
  /** Forgets sessions whose time has passed. */
  sweep(): Promise<void>;
}

/** Readable by the page's scripts, and says nothing but that there is a session to ask about. */
const RETURNING_COOKIE = 'firstcall_returning';

/** What cannot be taken back, or shows a secret, asks for a proof that is no older than this. */
export const FRESH_MS = 15 * 60_000;

/** Whether the person has lately proved who they are. An anonymous developer has no other proof than the cookie. */
export function isFresh(owner: SessionOwner, now: number): boolean {
  if (!owner.claimed && owner.role === 'developer') return true;
  return owner.signedInAt !== null && now - owner.signedInAt < FRESH_MS;
}

/** A developer's own session, anonymous or not: begins with the first key, 14 days idle, 90 days at most. */
export function visitorSessions(ctx: Context): Sessions {
  return createSessions(ctx, {
    kind: 'visitor',
    idle: new TimeSpan(14, 'd'),
    absolute: new TimeSpan(90, 'd'),
    companion: RETURNING_COOKIE,
  });
}

/** The company's people: 12 hours idle, 7 days at most. */
export function staffSessions(ctx: Context): Sessions {
  return createSessions(ctx, { kind: 'staff', idle: new TimeSpan(12, 'h'), absolute: new TimeSpan(7, 'd') });
}

interface SessionKind {
  kind: string;
  idle: TimeSpan;
  absolute: TimeSpan;
  /** A second cookie that lives as long as the session and that scripts may read. */
  companion?: string;
}

function createSessions(ctx: Context, { kind, idle, absolute, companion }: SessionKind): Sessions {
  const secure = ctx.config.publicUrl.startsWith('https:');
  const lucia = new Lucia(luciaAdapter(ctx, kind, absolute.milliseconds()), {
    sessionExpiresIn: idle,
    sessionCookie: { name: `${secure ? '__Host-' : ''}firstcall_${kind}`, attributes: { secure } },
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });

  const cookies = (session: string | null): string[] => {
    const own = session === null ? lucia.createBlankSessionCookie() : lucia.createSessionCookie(session);
    if (!companion) return [own.serialize()];
    const attributes = {
      path: '/',
      sameSite: 'lax',
      secure,
      maxAge: session === null ? 0 : idle.seconds(),
    } as const;
    return [own.serialize(), serializeCookie(companion, session === null ? '' : '1', attributes)];
  };

  return {
    async read(cookieHeader) {
      const id = readCookie(cookieHeader, lucia.sessionCookieName);
      if (!id) return null;
      const { session, user } = await lucia.validateSession(id);
      if (!session) return null;
      return {
        sessionId: session.publicId,
        developerId: user.id,
        role: role.parse(user.role),
        claimed: user.claimed,
        signedInAt: session.signedInAt,
        setCookies: session.fresh ? cookies(session.id) : [],
      };
    },
    async begin(developerId, { signedIn, client = null }) {
      const now = ctx.now();
      const session = await lucia.createSession(developerId, {
        publicId: `ses_${randomUUIDv7()}`,
        createdAt: now,
        signedInAt: signedIn ? now : null,
        client,
      });
      return cookies(session.id);
    },
    async end(cookieHeader) {
      const id = readCookie(cookieHeader, lucia.sessionCookieName);
      if (id) await lucia.invalidateSession(id);
      return cookies(null);
    },
    sweep: () => lucia.deleteExpiredSessions(),
  };
}
