import type { Adapter, Lucia } from 'lucia';
import type { Context } from '../../context.ts';
import { hashToken } from './secret-token.ts';
import {
  deleteSession,
  deleteSessionsExpiredBefore,
  deleteSessionsOf,
  extendSession,
  findSession,
  insertSession,
  listSessions,
  type SessionRow,
} from './session-store.ts';

/** What a session carries beside its owner and its times. */
export interface SessionAttributes {
  publicId: string;
  createdAt: number;
  signedInAt: number | null;
  client: string | null;
}

interface UserAttributes {
  role: string;
  claimed: boolean;
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionAttributes, UserAttributes>;
    DatabaseUserAttributes: UserAttributes;
    DatabaseSessionAttributes: SessionAttributes;
  }
}

/**
 * Lucia's storage over our tables, for one kind of session. The id stays in the cookie; the database holds its hash,
 * so a leaked table opens no session. `absoluteMs` ends a session however often it is used. Lucia reads the system's
 * clock; the offset lets the context's clock decide.
 */
export function luciaAdapter(ctx: Context, kind: string, absoluteMs: number): Adapter {
  const toLucia = (at: number) => new Date(at - ctx.now() + Date.now());
  const fromLucia = (date: Date) => date.getTime() - Date.now() + ctx.now();
  const session = (row: SessionRow, id: string) => ({
    id,
    userId: row.developer_id,
    expiresAt: toLucia(Math.min(row.expires_at, row.created_at + absoluteMs)),
    attributes: {
      publicId: row.id,
      createdAt: row.created_at,
      signedInAt: row.signed_in_at,
      client: row.client,
    },
  });

  return {
    async getSessionAndUser(id) {
      const row = await findSession(ctx.db, hashToken(id));
      if (!row || row.kind !== kind) return [null, null];
      const attributes = { role: row.role, claimed: row.claimed_at !== null };
      return [session(row, id), { id: row.developer_id, attributes }];
    },
    async getUserSessions(developerId) {
      // The hash stands in for the id, which nobody but the cookie has.
      const rows = await listSessions(ctx.db, developerId);
      return rows.filter((row) => row.kind === kind).map((row) => session(row, row.id_hash));
    },
    async setSession(created) {
      await insertSession(ctx.db, {
        id_hash: hashToken(created.id),
        id: created.attributes.publicId,
        developer_id: created.userId,
        kind,
        created_at: created.attributes.createdAt,
        expires_at: fromLucia(created.expiresAt),
        signed_in_at: created.attributes.signedInAt,
        client: created.attributes.client,
      });
    },
    updateSessionExpiration: async (id, expiresAt) =>
      extendSession(ctx.db, hashToken(id), fromLucia(expiresAt)),
    deleteSession: async (id) => deleteSession(ctx.db, hashToken(id)),
    deleteUserSessions: (developerId) => deleteSessionsOf(ctx.db, developerId),
    deleteExpiredSessions: () => deleteSessionsExpiredBefore(ctx.db, ctx.now()),
  };
}
