import type { SimulatedCall } from './calls.ts';
import { type Drawn, PURPOSE, type SimulatedDeveloper } from './developer.ts';
import { liveOn } from './life.ts';
import type { Population } from './population.ts';
import { chance, mix, mulberry32, type Stream } from './random.ts';
import { type Delivery, deliver } from './reports.ts';

/** What somebody does, or what arrives of it, at a moment in milliseconds since 1970. */
export type Action = { at: number } & (
  | { kind: 'goal' }
  | { kind: 'page_key' }
  | { kind: 'sample_run'; status: RunStatus }
  | { kind: 'claim' }
  | { kind: 'second_browser' }
  | { kind: 'live_key' }
  | { kind: 'report'; delivery: Delivery }
);

type RunStatus = 'failed' | 'timed_out' | 'cancelled';

const HOUR_MS = 3_600_000;

/**
 * Everything of one developer before `until`, ascending, and nothing that is hidden. A day's calls are made when they are
 * asked for.
 *
 * @param seed of the simulation: what becomes of a report has a stream of its own
 */
export function* actionsOf(
  population: Population,
  { begin, until, seed }: { begin: number; until: number; seed: number },
  drawn: Drawn,
): Generator<Action> {
  const next = mulberry32(mix(mix(seed, drawn.developer.index), PURPOSE.reports));
  const steps = stepsOf(drawn.developer, next).filter(({ at }) => at < until);
  const reports = inOrder(population, liveOn(population, begin, drawn).calls(until), next);
  let step = 0;
  for (const { at, ...delivery } of reports) {
    for (let due = steps[step]; due && due.at <= at; due = steps[step]) {
      yield due;
      step += 1;
    }
    if (at < until) yield { at, kind: 'report', delivery };
  }
  yield* steps.slice(step);
}

/** The first call is a step of its own: a run before it did not get that far. */
function stepsOf({ steps, actor, secondBrowser }: SimulatedDeveloper, next: Stream): Action[] {
  const status: RunStatus = chance(next, 0.7) ? 'failed' : chance(next, 0.5) ? 'timed_out' : 'cancelled';
  const actions: Action[] = [];
  const { goal, credential, sandbox, claimed, live_key } = steps;
  if (goal !== null) actions.push({ at: goal, kind: 'goal' });
  if (credential !== null) actions.push({ at: credential, kind: 'page_key' });
  if (sandbox !== null && actor === 'human') actions.push({ at: sandbox, kind: 'sample_run', status });
  if (claimed !== null) actions.push({ at: claimed, kind: 'claim' });
  if (claimed !== null && secondBrowser) actions.push({ at: claimed + HOUR_MS, kind: 'second_browser' });
  if (live_key !== null) actions.push({ at: live_key, kind: 'live_key' });
  return actions.sort((a, b) => a.at - b.at);
}

/** Reports in the order in which they arrive; those on their way are kept, which are few. */
function* inOrder(population: Population, calls: Iterable<SimulatedCall>, next: Stream) {
  let underway: (Delivery & { at: number })[] = [];
  const arrived = (by: number) => {
    const here = underway.filter(({ at }) => at <= by).sort((a, b) => a.at - b.at);
    if (here.length > 0) underway = underway.filter(({ at }) => at > by);
    return here;
  };
  let n = 0;
  for (const call of calls) {
    yield* arrived(call.at);
    underway.push(...deliver(population.dirt, next, call, n));
    n += 1;
  }
  yield* arrived(Number.POSITIVE_INFINITY);
}
