import type { APIRoute } from 'astro';
import { sayCandidate } from '../../components/insights/say-lab.ts';
import { margins } from '../../features/insights/association.ts';
import { csvResponse, toCsv } from '../../features/insights/csv.ts';

export const prerender = false;

const NAMES = [
  'candidate',
  'part',
  'n',
  'reach',
  'difference',
  'lower',
  'upper',
  'odds_ratio',
  'phi',
  'p',
  'q',
];

/** Every candidate that was tested, once for the older two thirds and once for the newest third. */
export const GET: APIRoute = async ({ locals }) => {
  const { report } = await locals.portal.lab.read();
  const rows = report.findings.flatMap(({ candidate, discovery, validation, q }) =>
    [['discovery', discovery] as const, ['validation', validation] as const].flatMap(([part, evidence]) => {
      if (!evidence) return [];
      const { difference, band } = evidence.riskDifference;
      return [
        [
          sayCandidate(candidate),
          part,
          margins(evidence.table).n,
          evidence.reach,
          difference,
          band.lower,
          band.upper,
          evidence.oddsRatio.oddsRatio,
          evidence.phi,
          evidence.p,
          part === 'discovery' ? q : null,
        ],
      ];
    }),
  );
  return csvResponse('milestone-lab', toCsv(NAMES, rows));
};
