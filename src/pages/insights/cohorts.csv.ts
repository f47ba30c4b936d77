import type { APIRoute } from 'astro';
import { cohortTable, HORIZONS } from '../../features/insights/cohort-table.ts';
import { csvResponse, toCsv } from '../../features/insights/csv.ts';
import { readCohortQuestion } from '../../features/insights/read-cohorts.ts';

export const prerender = false;

/** One line for each week and age: shares are left to whoever reads it, and so are the weeks that are not final. */
export const GET: APIRoute = async ({ locals, url }) => {
  const { insights, step, zone } = await readCohortQuestion(locals.portal, url.searchParams);
  const rows = insights
    .report(`cohorts ${step}`, cohortTable, step, zone)
    .rows.flatMap((row) =>
      row.cells.map(({ k, n, mature }, at) => [
        row.label,
        new Date(row.start).toISOString(),
        step,
        HORIZONS[at]?.days ?? null,
        n,
        k,
        mature ? 'final' : 'so far',
      ]),
    );
  return csvResponse('cohorts', toCsv(['week', 'start', 'step', 'days', 'n', 'k', 'state'], rows));
};
