import type { Adapter, Lucia } from 'lucia';
import { sha256 } from 'oslo/crypto';
import { encodeHex } from 'oslo/encoding';
import type { Context } from '../../context.ts';
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

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<Record<never, never>, { role: string }>;
    DatabaseUserAttributes: { role: string };
    DatabaseSessionAttributes: { createdAt: number };
  }
}

/** The id stays in the cookie; the database holds its hash, so a leaked table opens no session. */
export async function hashSessionId(id: string): Promise<string> {
  return encodeHex(await sha256(new TextEncoder().encode(id)));
}

/**
 * Lucia's storage over our tables, for one kind of session. `absoluteMs` ends a session however often it is used.
 * Lucia reads the system's clock; the offset lets the context's clock decide.
 */
export function luciaAdapter(ctx: Context, kind: string, absoluteMs: number): Adapter {
  const toLucia = (at: number) => new Date(at - ctx.now() + Date.now());
  const fromLucia = (date: Date) => date.getTime() - Date.now() + ctx.now();
  const session = (row: SessionRow, id: string) => ({
    id,
    userId: row.developer_id,
    expiresAt: toLucia(Math.min(row.expires_at, row.created_at + absoluteMs)),
    attributes: { createdAt: row.created_at },
  });

  return {
    async getSessionAndUser(id) {
      const row = await findSession(ctx.db, await hashSessionId(id));
      if (!row || row.kind !== kind) return [null, null];
      return [session(row, id), { id: row.developer_id, attributes: { role: row.role } }];
    },
    async getUserSessions(developerId) {
      // The hash stands in for the id, which nobody but the cookie has.
      const rows = await listSessions(ctx.db, developerId);
      return rows.filter((row) => row.kind === kind).map((row) => session(row, row.id_hash));
    },
    async setSession(created) {
      await insertSession(ctx.db, {
        id_hash: await hashSessionId(created.id),
        developer_id: created.userId,
        kind,
        created_at: created.attributes.createdAt,
        expires_at: fromLucia(created.expiresAt),
      });
    },
    updateSessionExpiration: async (id, expiresAt) =>
      extendSession(ctx.db, await hashSessionId(id), fromLucia(expiresAt)),
    deleteSession: async (id) => deleteSession(ctx.db, await hashSessionId(id)),
    deleteUserSessions: (developerId) => deleteSessionsOf(ctx.db, developerId),
    deleteExpiredSessions: () => deleteSessionsExpiredBefore(ctx.db, ctx.now()),
  };
}
