import type { APIRoute } from 'astro';
import { type CsvCell, csvResponse, inHours, toCsv } from '../../features/insights/csv.ts';
import { auditFriction, type Transition } from '../../features/insights/friction-audit.ts';
import { readInsights } from '../../features/insights/read-insights.ts';

export const prerender = false;

const COLUMNS: Record<string, (one: Transition) => CsvCell> = {
  from: ({ from }) => from,
  to: ({ to }) => to,
  n: ({ n }) => n,
  reached: ({ reached }) => reached,
  conversion: ({ conversion }) => conversion?.share ?? null,
  conversion_lower: ({ conversion }) => conversion?.band.lower ?? null,
  conversion_upper: ({ conversion }) => conversion?.band.upper ?? null,
  stopped: ({ dropOff }) => dropOff,
  share_of_losses: ({ ofLosses }) => ofLosses,
  idle_48h: ({ idle }) => idle,
  deleted: ({ ended }) => ended,
  dwell_n: ({ dwell }) => dwell.n,
  dwell_median_hours: ({ dwell }) => inHours(dwell.median),
  dwell_p90_hours: ({ dwell }) => inHours(dwell.p90),
  last_errors: ({ errorCodes }) => errorCodes.map(({ text, n }) => `${text} ${n}`).join('; '),
  last_events: ({ lastEvents }) => lastEvents.map(({ text, n }) => `${text} ${n}`).join('; '),
};

/** The transitions of the funnel, one line each. */
export const GET: APIRoute = async ({ locals, url }) => {
  const insights = await readInsights(locals.portal, url.searchParams);
  const { transitions } = insights.report('funnel', auditFriction);
  const rows = transitions.map((one) => Object.values(COLUMNS).map((cell) => cell(one)));
  return csvResponse('funnel', toCsv(Object.keys(COLUMNS), rows));
};
