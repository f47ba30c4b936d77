import type { APIRoute } from 'astro';
import { readSnapshots } from '../../features/insights/audit-snapshots.ts';
import { csvResponse, inHours, toCsv } from '../../features/insights/csv.ts';
import { listFigures } from '../../features/insights/quarter-findings.ts';

export const prerender = false;

const NAMES = [
  'quarter',
  'taken_at',
  'definition',
  'figure',
  'n',
  'k',
  'dwell_n',
  'dwell_median_hours',
  'dwell_p90_hours',
];

/** What was found in every quarter that was audited, one line for each figure; shares are left to whoever reads it. */
export const GET: APIRoute = async ({ locals }) => {
  const rows = (await readSnapshots(locals.portal.ctx)).flatMap(({ quarter, takenAt, findings }) => {
    const taken = new Date(takenAt).toISOString();
    if (!findings) return [[quarter, taken, null, 'cannot be read', null, null, null, null, null]];
    return listFigures(findings).map(({ name, count, dwell }) => [
      quarter,
      taken,
      findings.definition,
      typeof name === 'string' ? name : `${name.from}_to_${name.to}`,
      count.n,
      count.k,
      dwell?.n ?? null,
      inHours(dwell?.median ?? null),
      inHours(dwell?.p90 ?? null),
    ]);
  });
  return csvResponse('audits', toCsv(NAMES, rows));
};
