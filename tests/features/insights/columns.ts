import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import { DIMENSIONS, type Dimension, STEPS, type Step } from '../../../src/features/journeys/journey.ts';
import type { JourneyColumns } from '../../../src/features/journeys/journey-columns.ts';

/** A developer, as little as a test has to say of them. Milliseconds since 1970. */
export interface Told
  extends Partial<Record<Exclude<Step, 'goal'>, number | null>>,
    Partial<Record<Dimension, string>> {
  t0: number;
  /** When the goal was told; `goal` is which. */
  goalAt?: number;
  ended?: number;
  active?: number;
  excluded?: boolean;
  lastEvent?: string;
  errorCode?: string;
}

/** As the memory holds them, without a database. */
export function columnsOf(developers: readonly Told[]): JourneyColumns {
  const words = ['', 'other'];
  const wordAt = (text = '') => {
    if (!words.includes(text)) words.push(text);
    return words.indexOf(text);
  };
  const times = (of: (one: Told) => number | null | undefined) =>
    Float64Array.from(developers, (one) => of(one) ?? Number.NaN);
  const indexes = (of: (one: Told) => string | undefined) =>
    Uint16Array.from(developers, (one) => wordAt(of(one)));
  const at = (one: Told, step: Step) => (step === 'goal' ? one.goalAt : one[step]);
  const stageOf = (one: Told) =>
    Math.max(
      0,
      STEPS.findLastIndex((step) => at(one, step) != null),
    );
  const progressOf = (one: Told) => Math.max(one.t0, ...STEPS.map((step) => at(one, step) ?? one.t0));
  return {
    length: developers.length,
    t0: times(({ t0 }) => t0),
    steps: Object.fromEntries(
      STEPS.map((step) => [step, times((one) => at(one, step))]),
    ) as JourneyColumns['steps'],
    ended: times(({ ended }) => ended),
    progressed: times(progressOf),
    active: times((one) => one.active ?? progressOf(one)),
    stage: Uint8Array.from(developers, stageOf),
    excluded: Uint8Array.from(developers, ({ excluded }) => Number(excluded ?? false)),
    segments: Object.fromEntries(
      DIMENSIONS.map((dimension) => [dimension, indexes((one) => one[dimension])]),
    ) as JourneyColumns['segments'],
    lastEvent: indexes(({ lastEvent }) => lastEvent),
    errorCode: indexes(({ errorCode }) => errorCode),
    words,
  };
}

/** What a page of figures begins with: these developers at that moment, and what an address asks for. */
export function told(developers: readonly Told[], asOf: number, search = '') {
  const columns = columnsOf(developers);
  const query = parseInsightsQuery(new URLSearchParams(search));
  return { columns, query, asOf, ...selectDevelopers(columns, query, asOf) };
}
