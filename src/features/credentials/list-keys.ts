import type { Context } from '../../context.ts';
import { PAGE_DOORS } from './credential-row.ts';
import type { CredentialEnvironment } from './credential-schema.ts';
import { type CredentialRow, listCredentials } from './credential-store.ts';

/** Ended ones among them; more than this many have no place on a page. */
const LISTED = 500;
const ENDED_SHOWN = 20;

/** `ending`: another key has taken its place, and it works for a while yet. */
export type KeyState = 'works' | 'ending' | 'revoked' | 'expired' | 'replaced';

/** A key as its owner sees it. Times are milliseconds since 1970. */
export interface KeyLine {
  id: string;
  name: string | null;
  environment: CredentialEnvironment;
  origin: string;
  hint: string;
  state: KeyState;
  createdAt: number;
  /** When it ended or will end; null when it does not end by itself. */
  endsAt: number | null;
  firstUsedAt: number | null;
  lastUsedAt: number | null;
  scopes: string[] | null;
  networks: string[] | null;
  /** Whether its secret can be shown again. */
  shownAgain: boolean;
}

export interface KeyList {
  /** Working keys that somebody took away, newest first. */
  keys: KeyLine[];
  /** Working keys of pages in the portal, which come and go. */
  ofPages: KeyLine[];
  /** The last ones that ended. */
  ended: KeyLine[];
}

export async function listKeys(ctx: Context, developerId: string): Promise<KeyList> {
  const now = ctx.now();
  const lines = (await listCredentials(ctx.db, developerId, LISTED)).map((row) => toLine(row, now));
  const working = lines.filter(({ state }) => state === 'works' || state === 'ending');
  return {
    keys: working.filter(({ origin }) => !PAGE_DOORS.has(origin)),
    ofPages: working.filter(({ origin }) => PAGE_DOORS.has(origin)),
    ended: lines
      .filter((line) => !working.includes(line) && !PAGE_DOORS.has(line.origin))
      .toSorted((a, b) => (b.endsAt ?? 0) - (a.endsAt ?? 0))
      .slice(0, ENDED_SHOWN),
  };
}

function toLine(row: CredentialRow, now: number): KeyLine {
  const state = stateOf(row, now);
  return {
    id: row.id,
    name: row.name,
    environment: row.environment === 'live' ? 'live' : 'test',
    origin: row.origin,
    hint: row.hint,
    state,
    createdAt: row.created_at,
    endsAt: row.revoked_at ?? row.expires_at,
    firstUsedAt: row.first_used_at,
    lastUsedAt: row.last_used_at,
    scopes: row.scopes?.split(' ') ?? null,
    networks: row.networks?.split(' ') ?? null,
    shownAgain: row.sealed_secret !== null && (state === 'works' || state === 'ending'),
  };
}

function stateOf(row: CredentialRow, now: number): KeyState {
  if (row.revoked_at !== null) return 'revoked';
  const ended = row.expires_at !== null && row.expires_at <= now;
  if (row.rolled_to !== null) return ended ? 'replaced' : 'ending';
  return ended ? 'expired' : 'works';
}
