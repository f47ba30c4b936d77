import type { Context } from '../../context.ts';
import { DIMENSIONS, type Dimension } from '../journeys/journey.ts';
import type { Definition } from '../milestones/definition.ts';
import { type Activated, measureActivation } from './activation.ts';
import { readSnapshots } from './audit-snapshots.ts';
import { auditFriction, type FrictionAudit } from './friction-audit.ts';
import { EVERYBODY } from './insights-query.ts';
import { summarise, type TimeToValue } from './overview.ts';
import { type FollowedProxy, readProxies } from './proxies.ts';
import { completeAt, type Quarter, quarterOf } from './quarter.ts';
import { auditOf, type QuarterAudit } from './quarter-audit.ts';
import { compareQuarters, type QuarterChange } from './quarter-change.ts';
import { measureQuarter, type QuarterFindings } from './quarter-findings.ts';
import type { Insights } from './read-insights.ts';
import type { LabReading, MilestoneLab } from './read-lab.ts';
import { type Excluded, selectDevelopers, UNKNOWN, valuesOf } from './select-developers.ts';
import { type Difference, newcombe } from './shares.ts';

/** What a quarter was like, for developers whose t0 lies in it, as of now. */
export interface QuarterlyReport {
  quarter: Quarter;
  previous: Quarter;
  asOf: number;
  /** Whether the quarter is over, and everybody in it has been followed for 21 days. */
  final: boolean;
  developers: { current: number; previous: number; excluded: number };
  activation: { current: Activated; previous: Activated; change: Difference | null };
  firstCall: TimeToValue;
  live: TimeToValue;
  audit: FrictionAudit;
  steps: QuarterChange;
  /** What was found when these quarters were audited; the same of the current one as of now, once it is final. */
  audited: { current: QuarterAudit; previous: QuarterAudit; today: QuarterFindings | null };
  /** The share of each of the three largest segments of each dimension, now and before. */
  mix: {
    dimension: Dimension;
    known: number;
    segments: { value: string; current: number; previous: number }[];
  }[];
  lab: LabReading;
  proxies: FollowedProxy[];
  /** Of the whole portal. */
  excluded: Excluded[];
  /** Steps that somebody got past without them. */
  passedOver: number;
}

const SHOWN = 3;
export interface ReportParts {
  ctx: Pick<Context, 'db' | 'now' | 'config'>;
  lab: MilestoneLab;
  definition: Pick<Definition, 'version'>;
}

export async function reportQuarter(
  { columns, asOf }: Pick<Insights, 'columns' | 'asOf'>,
  { ctx, lab, definition }: ReportParts,
  quarter: Quarter,
): Promise<QuarterlyReport> {
  const previous = quarterOf(quarter.start, -1);
  const select = ({ start, end }: Quarter) =>
    selectDevelopers(columns, { ...EVERYBODY, from: start, to: end }, asOf);
  const [now, before] = [select(quarter), select(previous)];
  const query = { ...EVERYBODY, from: quarter.start, to: quarter.end };
  const summary = summarise({ columns, places: now.places, asOf, query }, ctx.config.reportingZone);
  const activation = {
    current: summary.activation,
    previous: measureActivation(columns, before.places, asOf),
  };
  const audit = auditFriction({ columns, places: now.places, query, asOf });
  const final = completeAt(quarter) <= asOf;
  const today = final ? measureQuarter(columns, quarter, definition.version) : null;
  const [reading, proxies, snapshots] = await Promise.all([lab.read(), readProxies(ctx), readSnapshots(ctx)]);
  const developers = { current: now.places.length, previous: before.places.length, excluded: now.excluded };
  const audited = (which: Quarter, began: number) => auditOf(which, { snapshots, developers: began, asOf });
  return {
    quarter,
    previous,
    asOf,
    final,
    developers,
    activation: { ...activation, change: newcombe(activation.current.count, activation.previous.count) },
    firstCall: summary.firstCall,
    live: summary.live,
    audit,
    steps: compareQuarters(columns, selectDevelopers(columns, EVERYBODY, asOf).places, asOf, quarter),
    audited: {
      current: audited(quarter, developers.current),
      previous: audited(previous, developers.previous),
      today,
    },
    mix: DIMENSIONS.map((dimension) => mixOf(columns, dimension, now.places, before.places)),
    lab: reading,
    proxies,
    excluded: summary.excluded,
    passedOver: audit.steps.reduce((sum, step) => sum + step.passedOver, 0),
  };
}

function mixOf(
  columns: Insights['columns'],
  dimension: Dimension,
  current: Uint32Array,
  previous: Uint32Array,
): QuarterlyReport['mix'][number] {
  const [now, before] = [current, previous].map((places) => valuesOf(columns, places, dimension));
  const share = (n: number, of: number) => (of === 0 ? 0 : n / of);
  const unknown = now?.find(({ value }) => value === UNKNOWN)?.n ?? 0;
  return {
    dimension,
    known: 1 - share(unknown, current.length),
    segments: (now ?? []).slice(0, SHOWN).map(({ value, n }) => ({
      value,
      current: share(n, current.length),
      previous: share(before?.find((one) => one.value === value)?.n ?? 0, previous.length),
    })),
  };
}
