import type { APIRoute } from 'astro';
import { csvResponse, toCsv } from '../../features/insights/csv.ts';
import { reportLanguages } from '../../features/insights/language-report.ts';
import { readInsights } from '../../features/insights/read-insights.ts';

export const prerender = false;

const NAMES = ['language', 'kind', 'developers', 'watched_7_days', 'called_7_days', 'never_called', 'wishes'];

/** Languages that are offered and that were asked for, one line each. */
export const GET: APIRoute = async ({ locals, url }) => {
  const { portal } = locals;
  const insights = await readInsights(portal, url.searchParams);
  const { offered, wanted } = await insights.report('languages', reportLanguages, portal.ctx);
  return csvResponse(
    'languages',
    toCsv(NAMES, [
      ...offered.map(({ language, developers, watched, called, lost }) => [
        language,
        'offered',
        developers,
        watched,
        called?.share ?? null,
        lost,
        null,
      ]),
      ...wanted.map(({ language, wishes, developers, lost }) => [
        language,
        'wanted',
        developers,
        null,
        null,
        lost,
        wishes,
      ]),
    ]),
  );
};
