import type { APIRoute } from 'astro';
import { sayQuarter, toMarkdown } from '../../components/insights/say-quarter.ts';
import { lastQuarter, parseQuarter } from '../../features/insights/quarter.ts';
import { reportQuarter } from '../../features/insights/quarterly-report.ts';
import { readInsights } from '../../features/insights/read-insights.ts';

export const prerender = false;

/** The report of a quarter, `?quarter=2026-Q3`, or of the last one that is over. */
export const GET: APIRoute = async ({ locals, url }) => {
  const { portal } = locals;
  const insights = await readInsights(portal, new URLSearchParams());
  const quarter = parseQuarter(url.searchParams.get('quarter')) ?? lastQuarter(insights.asOf);
  const report = await insights.report(`report ${quarter.label}`, reportQuarter, portal, quarter);
  const name = quarter.label.toLowerCase().replace(' ', '-');
  return new Response(toMarkdown(`Report of ${quarter.label}`, sayQuarter(report)), {
    headers: {
      'Content-Type': 'text/markdown; charset=utf-8',
      'Content-Disposition': `attachment; filename="report-${name}.md"`,
    },
  });
};
