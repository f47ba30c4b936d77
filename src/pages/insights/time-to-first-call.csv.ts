import type { APIRoute } from 'astro';
import { csvResponse, toCsv } from '../../features/insights/csv.ts';
import { readInsights } from '../../features/insights/read-insights.ts';
import { curvesAsRows, timeToFirstCall } from '../../features/insights/time-to-first-call.ts';

export const prerender = false;

/** The curves of the page with the same address, every step of them. */
export const GET: APIRoute = async ({ locals, url }) => {
  const insights = await readInsights(locals.portal, url.searchParams);
  const report = insights.report('time to first call', timeToFirstCall);
  const names = ['segment', 'time_s', 'at_risk', 'events', 'share', 'lower', 'upper'];
  return csvResponse('time-to-first-call', toCsv(names, curvesAsRows(report)));
};
