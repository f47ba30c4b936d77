import { z } from 'zod';
import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import { findRequests, type RequestPlace } from './request-store.ts';
import type { SeenCall } from './usage-event.ts';

const PERIODS = { hour: DAY_MS / 24, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
export const OUTCOMES = ['all', 'ok', 'failed', 'throttled'] as const;

/** What the log can be narrowed to, as it stands in the page's address. What is not understood is left out. */
export const requestFilter = z.object({
  outcome: z.enum(OUTCOMES).catch('all'),
  environment: z.enum(['all', 'test', 'live']).catch('all'),
  period: z.enum(Object.keys(PERIODS) as [keyof typeof PERIODS]).catch('week'),
  /** Part of a route, an error code, or a whole request id. */
  search: z.string().trim().max(200).catch(''),
});
export type RequestFilter = z.infer<typeof requestFilter>;

export interface RequestPage {
  calls: SeenCall[];
  /** Where the next page begins; null on the last. Part of a URL. */
  next: string | null;
}

const SIZE = 50;

/** A developer's calls, newest first. `after` is the `next` of the page before, or null for the first page. */
export async function listRequests(
  ctx: Pick<Context, 'db' | 'now'>,
  developerId: string,
  filter: RequestFilter,
  after: string | null = null,
): Promise<RequestPage> {
  const since = ctx.now() - PERIODS[filter.period];
  const rows = await findRequests(ctx.db, {
    developerId,
    since,
    filter,
    before: parsePlace(after),
    limit: SIZE + 1,
  });
  const calls = rows.slice(0, SIZE);
  const last = calls.at(-1);
  return { calls, next: last && rows.length > SIZE ? `${last.receivedAt}~${last.id}` : null };
}

/** What is not a place, such as a mistyped URL, is the beginning. */
function parsePlace(text: string | null): RequestPlace | undefined {
  const [, at, id] = /^(\d{1,15})~(.{1,200})$/.exec(text ?? '') ?? [];
  return at && id ? { receivedAt: Number(at), id } : undefined;
}
