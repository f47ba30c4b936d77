import type { Context } from '../../context.ts';
import { type DeveloperPlace, type DeveloperTimes, listNewestDevelopers } from './insights-store.ts';

export interface DeveloperLine extends DeveloperTimes {
  /** From t0 to the first call, at least 0; null while waiting. Milliseconds. */
  toFirstCall: number | null;
  /** From t0 to the first call from outside the portal. */
  toOwnMachine: number | null;
  /** How long a developer without a first call has been waiting; null for one who has called. */
  waiting: number | null;
}

export interface DeveloperPage {
  lines: DeveloperLine[];
  /** Where the next page begins; null on the last. Part of a URL. */
  next: string | null;
}

/** What is not a place, such as a mistyped URL, is the beginning. */
function parsePlace(text: string | null): DeveloperPlace | undefined {
  const [, t0, id] = /^(\d{1,15})~([\w-]{1,100})$/.exec(text ?? '') ?? [];
  return t0 && id ? { t0: Number(t0), id } : undefined;
}

/** Newest t0 first. `after` is the `next` of the page before, or null for the first page. */
export async function listDevelopers(ctx: Context, after: string | null, size = 50): Promise<DeveloperPage> {
  const now = ctx.now();
  const rows = await listNewestDevelopers(ctx.db, size + 1, parsePlace(after));
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  return {
    lines: shown.map((row) => ({
      ...row,
      toFirstCall: row.firstCallAt === null ? null : Math.max(0, row.firstCallAt - row.t0),
      toOwnMachine: row.ownMachineCallAt === null ? null : Math.max(0, row.ownMachineCallAt - row.t0),
      waiting: row.firstCallAt === null ? Math.max(0, now - row.t0) : null,
    })),
    next: last && rows.length > size ? `${last.t0}~${last.id}` : null,
  };
}
