import { DAY_MS } from '../../day.ts';
import type { Country, Population } from './population.ts';
import { mix, mulberry32, pick, type Stream } from './random.ts';

const HOUR_MS = 3_600_000;
/** Midnight to midnight where somebody lives: hardly anybody at night, most in the morning and after lunch. */
const HOURS = [
  0.2, 0.12, 0.08, 0.06, 0.06, 0.1, 0.25, 0.6, 1.2, 1.8, 2.1, 2.0, 1.5, 1.6, 2.0, 2.0, 1.8, 1.5, 1.1, 0.9,
  1.0, 1.0, 0.7, 0.4,
];
/** No developer's. */
const ARRIVING = -2;
const MONDAY_OFFSET = 3;

/** How busy an hour is there; 1 on average over a day. */
function busyness({ offset }: Country, at: number): number {
  const hour = Math.floor(at / HOUR_MS + offset) % HOURS.length;
  return HOURS[hour] ?? 0;
}

/** Arrivals in the hour that begins at `at`, up to a factor. Time in milliseconds since 1970. */
function intensity(population: Population, begin: number, at: number): number {
  const { weekdays, weeklyGrowth, spikes } = population.arrivals;
  const day = (at - begin) / DAY_MS;
  // 1970 began on a Thursday.
  const weekday = (Math.floor(at / DAY_MS) + MONDAY_OFFSET) % weekdays.length;
  const spike = spikes.find((each) => day >= each.day && day < each.day + each.hours / 24)?.factor ?? 1;
  const local = population.countries.reduce((sum, each) => sum + each.weight * busyness(each, at), 0);
  return (weekdays[weekday] ?? 1) * weeklyGrowth ** (day / 7) * spike * local;
}

export interface Span {
  /** Milliseconds since 1970; `begin` is the beginning of an hour. */
  begin: number;
  end: number;
}

/**
 * The moments at which `n` developers arrive, ascending: an inhomogeneous Poisson process of which it is known that there
 * are n. Given n, arrivals are n independent draws, and those come out in order with one number each: what is left of
 * 1 shrinks by V^(1 / (n − k)). The hours of the span are kept, and nothing for each arrival.
 */
export function* arrivals(population: Population, seed: number, n: number, span: Span): Generator<number> {
  const hours = Math.max(1, Math.ceil((span.end - span.begin) / HOUR_MS));
  const sums = new Float64Array(hours + 1);
  for (let hour = 0; hour < hours; hour += 1) {
    const at = span.begin + hour * HOUR_MS;
    const part = Math.min(1, (span.end - at) / HOUR_MS);
    sums[hour + 1] = (sums[hour] ?? 0) + part * intensity(population, span.begin, at);
  }
  const total = sums[hours] ?? 0;
  const next: Stream = mulberry32(mix(seed, ARRIVING));
  let left = 1;
  let hour = 0;
  for (let k = 0; k < n; k += 1) {
    left *= (1 - next()) ** (1 / (n - k));
    const goal = (1 - left) * total;
    while (hour < hours - 1 && (sums[hour + 1] ?? 0) <= goal) hour += 1;
    const [from, to] = [sums[hour] ?? 0, sums[hour + 1] ?? 0];
    const at = span.begin + hour * HOUR_MS + ((goal - from) / (to - from)) * HOUR_MS;
    yield Math.min(Math.floor(at), span.end - 1);
  }
}

/** Where somebody lives who arrives then. */
export function countryAt({ countries }: Population, next: Stream, at: number): Country {
  return pick(
    next,
    countries.map((value) => ({ value, weight: value.weight * busyness(value, at) })),
  );
}
