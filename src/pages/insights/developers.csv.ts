import type { APIRoute } from 'astro';
import { type CsvCell, csvResponse, csvStream, inHours } from '../../features/insights/csv.ts';
import { parseDeveloperList } from '../../features/insights/developer-list-query.ts';
import { allDevelopers, type DeveloperLine } from '../../features/insights/list-developers.ts';
import { readInsights } from '../../features/insights/read-insights.ts';

export const prerender = false;

const iso = (at: number) => new Date(at).toISOString();
const COLUMNS: Record<string, (line: DeveloperLine) => CsvCell> = {
  developer: ({ id }) => id,
  t0: ({ t0 }) => iso(t0),
  furthest_step: ({ step }) => step,
  last_active: ({ lastActiveAt }) => iso(lastActiveAt),
  idle_hours: ({ standing }) => inHours(standing.idle),
  kind: ({ standing }) => standing.kind,
  last_event: ({ lastEvent }) => lastEvent,
  last_error: ({ errorCode }) => errorCode,
  left_out_as: ({ excluded }) => excluded,
  chance_of_next_step_7d: ({ chance }) => chance,
  seconds_to_first_call: ({ toFirstCall }) => (toFirstCall === null ? null : toFirstCall / 1000),
};

/** All pages of the list, one line for each developer. */
export const GET: APIRoute = async ({ locals: { portal }, url }) => {
  const list = parseDeveloperList(url.searchParams);
  const insights = await readInsights(portal, url.searchParams);
  async function* rows() {
    for await (const line of allDevelopers(portal.ctx, insights, list)) {
      yield Object.values(COLUMNS).map((cell) => cell(line));
    }
  }
  return csvResponse('developers', csvStream(Object.keys(COLUMNS), rows()));
};
