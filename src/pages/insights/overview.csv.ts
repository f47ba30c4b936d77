import type { APIRoute } from 'astro';
import { type CsvCell, csvResponse, inHours, toCsv } from '../../features/insights/csv.ts';
import { type Overview, overview, type TimeToValue } from '../../features/insights/overview.ts';
import { readInsights } from '../../features/insights/read-insights.ts';
import type { Share } from '../../features/insights/shares.ts';

export const prerender = false;

const NAMES = ['figure', 'week', 'k', 'n', 'share', 'lower', 'upper', 'target', 'median_hours', 'final'];
const limits = (share: Share | null) => [
  share?.share ?? null,
  share?.band.lower ?? null,
  share?.band.upper ?? null,
];

/** The figures of the page with the same address; those of weeks one line each. */
export const GET: APIRoute = async ({ locals: { portal }, url }) => {
  const insights = await readInsights(portal, url.searchParams);
  const report = await insights.report('overview', overview, portal.ctx);
  return csvResponse('overview', toCsv(NAMES, [...figures(report), ...weeks(report)].map(whole)));
};

const whole = (cells: CsvCell[]) => NAMES.map((_, at) => cells[at] ?? null);

function figures({ activation, firstCall, live, activators, ...counts }: Overview): CsvCell[][] {
  const { k, n } = activation.count;
  const count = (name: string, found: number) => [name, null, found, counts.developers];
  return [
    ['activated_within_7d', null, k, n, ...limits(activation.share)],
    timeToValue('called_within_24h', firstCall),
    timeToValue('live_within_21d', live),
    [
      'activated_within_14d',
      null,
      activators.activated,
      activators.followed,
      null,
      null,
      null,
      null,
      inHours(activators.median),
    ],
    count('called', counts.called),
    count('called_from_own_machine', counts.calledFromOwnMachine),
    count('live_now', counts.liveNow.now),
    count('lapsed', counts.liveNow.lapsed),
    ...counts.excluded.map(({ reason, n: found }) => [`excluded_as_${reason}`, null, found]),
  ];
}

function timeToValue(name: string, { n, within, target, median }: TimeToValue): CsvCell[] {
  const { share = null, band = null } = within ?? {};
  return [
    name,
    null,
    null,
    n,
    share,
    band?.lower ?? null,
    band?.upper ?? null,
    target.share,
    inHours(median.estimate),
  ];
}

function weeks({ activation }: Overview): CsvCell[][] {
  return activation.weeks.map(({ week, count: { k, n }, share, mature }) => [
    'activated_within_7d',
    week.label,
    k,
    n,
    ...limits(share),
    null,
    null,
    mature ? 'final' : 'so far',
  ]);
}
