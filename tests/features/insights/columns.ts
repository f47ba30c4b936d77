import { parseInsightsQuery } from '../../../src/features/insights/insights-query.ts';
import { selectDevelopers } from '../../../src/features/insights/select-developers.ts';
import { DIMENSIONS, type Dimension, STEPS, type Step } from '../../../src/features/journeys/journey.ts';
import type { JourneyColumns } from '../../../src/features/journeys/journey-columns.ts';
import { HOUR, NOON } from '../../support/portal.ts';

/** One developer; times in hours from NOON, so that what is negative has happened. */
export type Way = Partial<Record<Step | 'ended' | 'active', number>> & {
  /** The earliest of goal, credential and run where it is not given. */
  t0?: number;
  excluded?: boolean;
  error?: string;
  last?: string;
  segments?: Partial<Record<Dimension, string>>;
};

/** What `createJourneyMemory` would hold of these. */
export function columnsOf(ways: readonly Way[]): JourneyColumns {
  const words: string[] = ['', 'other'];
  const wordOf = (text: string | undefined) => {
    if (!words.includes(text ?? '')) words.push(text ?? '');
    return words.indexOf(text ?? '');
  };
  const times = (of: (way: Way) => number | undefined) =>
    Float64Array.from(ways, (way) => NOON + (of(way) ?? Number.NaN) * HOUR);
  const texts = (of: (way: Way) => string | undefined) => Uint16Array.from(ways, (way) => wordOf(of(way)));
  const record = <Key extends string, Value>(keys: readonly Key[], of: (key: Key) => Value) =>
    Object.fromEntries(keys.map((key) => [key, of(key)])) as Record<Key, Value>;
  const t0 = (way: Way) =>
    way.t0 ?? Math.min(...[way.goal, way.credential, way.run].map((at) => at ?? Number.POSITIVE_INFINITY));
  const progressed = (way: Way) => Math.max(t0(way), ...STEPS.map((step) => way[step] ?? t0(way)));
  return {
    length: ways.length,
    t0: times(t0),
    steps: record(STEPS, (step) => times((way) => way[step])),
    ended: times((way) => way.ended),
    progressed: times(progressed),
    active: times((way) => Math.max(way.active ?? progressed(way), progressed(way))),
    stage: Uint8Array.from(ways, (way) =>
      Math.max(
        0,
        STEPS.findLastIndex((step) => way[step] !== undefined),
      ),
    ),
    excluded: Uint8Array.from(ways, (way) => (way.excluded ? 1 : 0)),
    segments: record(DIMENSIONS, (dimension) => texts((way) => way.segments?.[dimension])),
    lastEvent: texts((way) => way.last),
    errorCode: texts((way) => way.error),
    words,
  };
}

/** What a page of figures begins with: these developers at that moment, and what an address asks for. */
export function told(developers: readonly Told[], asOf: number, search = '') {
  const columns = columnsOf(developers);
  const query = parseInsightsQuery(new URLSearchParams(search));
  return { columns, query, asOf, ...selectDevelopers(columns, query, asOf) };
}
