import { DAY_MS } from '../../day.ts';
import { answer, isSuccess, type PlannedCall, type SimulatedCall, session } from './calls.ts';
import { type Drawn, logistic, PURPOSE, type SimulatedDeveloper } from './developer.ts';
import { callsOfSteps, doorAt } from './plan-calls.ts';
import type { Population } from './population.ts';
import { between, chance, exponential, mix, mulberry32, negativeBinomial, type Stream } from './random.ts';

/** How somebody goes on calling, day by day after t0. */
export interface Life {
  /** Successes on each of the first seven days after t0. */
  successes: number[];
  /** Errors on each of them. */
  errors: number[];
  /** Whether the planted milestone was reached. */
  aha: boolean;
  /** Whether there is a success on days 84 to 97. */
  retained: boolean;
  /** Everything called before `until` (milliseconds since 1970), ascending. */
  calls(until: number): Generator<SimulatedCall>;
}

const WEEK = 7;
/** The days after t0 in which it is seen who stayed. */
export const RETAINED_DAYS = { from: 84, to: 97 } as const;
/** Whether a day is one with calls, after one that was and one that was not. */
const DAILY = { stays: 0.85, returns: 0.12 };
/** Calls on a day: negative binomial with this mean for z = 0. */
const VOLUME = { mean: 1.1, intent: 0.3, size: 0.6, live: 6 };
/** Somebody sits down again at about the time of day at which they began. */
const LATER_MS = 8 * 3_600_000;
/** How long those who stayed go on after they were seen to have stayed, in days. */
const STAY_DAYS = 200;

const NOBODY: Life = {
  successes: new Array(WEEK).fill(0),
  errors: new Array(WEEK).fill(0),
  aha: false,
  retained: false,
  *calls() {},
};

/** What happens to somebody after t0. Takes the first week at once, because who stays depends on it; the rest as it is asked for. */
export function liveOn(population: Population, begin: number, drawn: Drawn): Life {
  const { developer, hidden } = drawn;
  const { t0 } = developer;
  if (t0 === null) return NOBODY;
  const next = mulberry32(mix(hidden.seed, PURPOSE.calls));
  const fixed = callsOfSteps(next, drawn);
  const days = daysOf({ population, begin, drawn, t0 });
  const stretch = { fixed, firstAt: developer.steps.first_call, active: false };
  const week = Array.from({ length: WEEK }, (_, day) => days(next, day, stretch));
  const successes = week.map((calls) => calls.filter(isSuccess).length);
  const later = mulberry32(mix(hidden.seed, PURPOSE.later));
  const aha = successes.reduce((sum, n) => sum + n, 0) >= population.retention.ahaSuccesses;
  const fate = drawFate(population, later, drawn, aha);
  return {
    successes,
    errors: week.map((calls) => calls.filter(({ status }) => status >= 400).length),
    aha,
    retained: fate.retained,
    *calls(until) {
      yield* week.flat().filter(({ at }) => at < until);
      const on = {
        ...stretch,
        firstAt: fate.firstAt,
        fixed: [...fixed, ...fate.sure(developer)].sort(byTime),
      };
      const stream = mulberry32(mix(hidden.seed, PURPOSE.days));
      for (let day = WEEK; day <= fate.lastDay && t0 + day * DAY_MS < until; day += 1) {
        yield* days(stream, day, on).filter(({ at }) => at < until);
      }
    },
  };
}

const byTime = (a: PlannedCall, b: PlannedCall) => a.at - b.at;

interface Fate {
  retained: boolean;
  firstAt: number | null;
  /** The last day after t0 with a call. */
  lastDay: number;
  sure(developer: SimulatedDeveloper): PlannedCall[];
}

/**
 * logit P(retained) = base + intent z + aha · (the milestone was reached). Who is retained and had never called comes back
 * for it: their first call is a late one. Who is not makes no call that late.
 */
function drawFate({ retention }: Population, next: Stream, { developer, hidden }: Drawn, aha: boolean): Fate {
  const { steps } = developer;
  const t0 = developer.t0 ?? 0;
  const retained = chance(
    next,
    logistic(retention.base + retention.intent * hidden.z + (aha ? retention.aha : 0)),
  );
  const back = between(next, WEEK + 1, RETAINED_DAYS.from - 1);
  const seen = between(next, RETAINED_DAYS.from, RETAINED_DAYS.to);
  const gone = between(next, WEEK, RETAINED_DAYS.from - 1);
  const stays = Math.round(exponential(next) * STAY_DAYS);
  const [hour, later] = [next(), next()];
  const last = Math.max(0, ...Object.values(steps).map((at) => (at === null ? 0 : (at - t0) / DAY_MS)));
  const comesBackAt = t0 + Math.floor((back + hour) * DAY_MS);
  const firstAt = steps.first_call ?? (retained ? comesBackAt : null);
  const calls = (): PlannedCall[] => {
    const sure = [{ at: t0 + Math.floor((seen + later) * DAY_MS), ok: true }];
    if (steps.first_call === null) sure.push({ at: comesBackAt, ok: true });
    return sure.map((call) => ({ ...call, door: doorAt(developer, () => 1, call.at) }));
  };
  return {
    retained,
    firstAt,
    lastDay: retained ? RETAINED_DAYS.to + stays : Math.min(RETAINED_DAYS.from - 1, Math.max(gone, last)),
    sure: () => (retained ? calls() : []),
  };
}

interface Stretch {
  /** Calls that follow from steps. */
  fixed: readonly PlannedCall[];
  /** From then on there are days with calls; null: never. */
  firstAt: number | null;
  /** Whether the last day was one. */
  active: boolean;
}

interface Setting {
  population: Population;
  begin: number;
  drawn: Drawn;
  t0: number;
}

/** The calls of one day after t0, ascending; days are asked for in order. */
function daysOf({ population, begin, drawn, t0 }: Setting) {
  const { developer, hidden } = drawn;
  const { outage } = population;
  const mean = VOLUME.mean * Math.exp(VOLUME.intent * hidden.z);
  const downAt = (at: number) =>
    outage && Math.floor((at - begin) / DAY_MS) === outage.day ? outage.share : 0;
  return (next: Stream, day: number, stretch: Stretch): SimulatedCall[] => {
    const [from, to] = [t0 + day * DAY_MS, t0 + (day + 1) * DAY_MS];
    const isFirst = stretch.firstAt !== null && stretch.firstAt >= from && stretch.firstAt < to;
    const goesOn = chance(next, stretch.active ? DAILY.stays : DAILY.returns);
    const start = from + Math.floor(next() * LATER_MS);
    stretch.active = isFirst || (goesOn && stretch.firstAt !== null && stretch.firstAt < from);
    const planned = stretch.fixed.filter(({ at }) => at >= from && at < to);
    if (stretch.active) {
      const begins = isFirst ? (stretch.firstAt ?? start) : start;
      const isLive = developer.steps.live !== null && developer.steps.live < begins;
      const n = negativeBinomial(next, mean * (isLive ? VOLUME.live : 1), VOLUME.size);
      for (const at of session(next, begins, n)) {
        if (at < to) planned.push({ at, door: doorAt(developer, next, at), ok: null });
      }
      planned.sort(byTime);
    }
    const firstAt = stretch.firstAt ?? Number.POSITIVE_INFINITY;
    return planned.map((call, before) => answer(next, call, { firstAt, down: downAt(call.at), before }));
  };
}
