/**
 * How far one developer went through a funnel, and when.
 *
 * Events at the same time count as in the order of the steps. A step that occurs twice needs two events. The first walk
 * that goes deepest is the one that counts.
 */

export interface FunnelEvent {
  name: string;
  time: number;
}

/** An event that must not happen after step `from` and before step `to`, by their indexes; never at the time of a step. */
export interface Exclusion {
  name: string;
  from: number;
  to: number;
}

export interface FunnelDefinition {
  steps: readonly string[];
  /**
   * Sequential: other events may happen in between. Strict: none may. Any: the steps in any order, and then an exclusion
   * is for the whole walk.
   */
  order: 'sequential' | 'strict' | 'any';
  /** In the unit of the times; an event exactly at its end counts. */
  window: number;
  /** The window of a step counts from the first step (the default), or from the one before. In any order: from the first. */
  windowFrom?: 'first' | 'previous';
  /** A strict funnel has no use for them: whatever happens in between ends it. */
  exclusions?: readonly Exclusion[];
  /** A developer with an excluded event keeps the steps before it (the default), or leaves the whole funnel. */
  onExclusion?: 'stay' | 'leave';
}

/** All that happened at one time: how often each event. */
interface Instant {
  time: number;
  names: Map<string, number>;
}

/** The newest walk as far as one step, and when its window began. */
interface Chain {
  times: number[];
  clock: number;
}

function instants(events: readonly FunnelEvent[]): Instant[] {
  const all = new Map<number, Map<string, number>>();
  for (const { name, time } of events) {
    const names = all.get(time) ?? new Map<string, number>();
    all.set(time, names.set(name, (names.get(name) ?? 0) + 1));
  }
  return [...all].map(([time, names]) => ({ time, names })).sort((a, b) => a.time - b.time);
}

/** The walk as far as step `last` that this instant makes possible: one or more steps now, the others before. */
function extend(
  chains: readonly (Chain | undefined)[],
  last: number,
  { time, names }: Instant,
  { steps, window, windowFrom }: FunnelDefinition,
): Chain | undefined {
  const unused = new Map(names);
  let newest: Chain | undefined;
  for (let step = last; step >= 0; step -= 1) {
    const name = steps[step] ?? '';
    const count = unused.get(name) ?? 0;
    if (count === 0) return newest;
    unused.set(name, count - 1);
    const before = chains[step - 1];
    const now = new Array<number>(last - step + 1).fill(time);
    if (step === 0) newest = { times: now, clock: time };
    else if (before && time - before.clock <= window) {
      newest = { times: [...before.times, ...now], clock: windowFrom === 'previous' ? time : before.clock };
    }
  }
  return newest;
}

/** Ends the walks that an excluded event of this instant hits, and says whether there were any. */
function endExcluded(
  chains: (Chain | undefined)[],
  { time, names }: Instant,
  { window, exclusions = [] }: FunnelDefinition,
): boolean {
  let hit = false;
  for (const { name, from, to } of exclusions) {
    if (!names.has(name)) continue;
    for (const [step, chain] of chains.slice(0, to).entries()) {
      if (step < from || !chain || time - chain.clock > window) continue;
      const furthest = chains.findLast((other) => other?.times[0] === chain.times[0]) ?? chain;
      if (furthest.times.length > to || furthest.times.at(-1) === time) continue;
      hit = true;
      chains[step] = undefined;
    }
  }
  return hit;
}

/** A newer walk replaces an older one as far as the same step: it has more of its window left. */
function walkSequential(events: readonly FunnelEvent[], definition: FunnelDefinition): number[] | null {
  const chains = definition.steps.map((): Chain | undefined => undefined);
  let deepest: number[] = [];
  for (const instant of instants(events)) {
    // From the last step down, so that what is extended is as it was before this instant.
    for (let step = chains.length - 1; step >= 0; step -= 1) {
      const chain = extend(chains, step, instant, definition);
      if (!chain || chain.clock <= (chains[step]?.clock ?? Number.NEGATIVE_INFINITY)) continue;
      chains[step] = chain;
      if (chain.times.length > deepest.length) deepest = chain.times;
    }
    if (deepest.length === chains.length) return deepest;
    if (endExcluded(chains, instant, definition) && definition.onExclusion === 'leave') return null;
  }
  return deepest;
}

function walkStrict(events: readonly FunnelEvent[], definition: FunnelDefinition): number[] {
  const { steps, window, windowFrom } = definition;
  const sorted = [...events].sort((a, b) => a.time - b.time || steps.indexOf(a.name) - steps.indexOf(b.name));
  let deepest: number[] = [];
  for (const start of sorted.keys()) {
    const times: number[] = [];
    for (const [step, name] of steps.entries()) {
      const event = sorted[start + step];
      const clock = (windowFrom === 'previous' ? times.at(-1) : times[0]) ?? event?.time ?? 0;
      if (event?.name !== name || event.time - clock > window) break;
      times.push(event.time);
    }
    if (times.length > deepest.length) deepest = times;
  }
  return deepest;
}

/** The newest events of each name, as many as there are steps of it: older ones have less of their window left. */
function newest(events: readonly FunnelEvent[], steps: readonly string[]): FunnelEvent[] {
  const unfilled = [...steps];
  return events
    .toReversed()
    .filter(({ name }) => {
      const step = unfilled.indexOf(name);
      if (step >= 0) unfilled.splice(step, 1);
      return step >= 0;
    })
    .reverse();
}

function walkAnyOrder(events: readonly FunnelEvent[], definition: FunnelDefinition): number[] | null {
  const { steps, window, exclusions = [], onExclusion } = definition;
  let open: FunnelEvent[] = [];
  let deepest: number[] = [];
  for (const { time, names } of instants(events)) {
    const before = open.filter((event) => time - event.time <= window);
    const added = [...names].flatMap(([name, count]) => new Array<FunnelEvent>(count).fill({ name, time }));
    open = newest([...before, ...added], steps);
    if (open.length > deepest.length) deepest = open.map((event) => event.time);
    if (deepest.length === steps.length) return deepest;
    const progressed = open.at(-1)?.time === time;
    if (progressed || !exclusions.some(({ name }) => names.has(name))) continue;
    if (onExclusion === 'leave' && open.length > 0) return null;
    open = [];
  }
  return deepest;
}

function check(events: readonly FunnelEvent[], { steps, window, exclusions = [] }: FunnelDefinition) {
  if (steps.length === 0) throw new RangeError('A funnel has at least one step');
  if (!(window >= 0)) throw new RangeError(`Not a window: ${window}`);
  for (const { time } of events) if (!Number.isFinite(time)) throw new RangeError(`Not a time: ${time}`);
  for (const { from, to } of exclusions) {
    if (!(from >= 0 && from < to && to < steps.length)) throw new RangeError(`No steps ${from} to ${to}`);
  }
}

/**
 * When each step was reached, as many as were; in any order, ascending. Null for a developer who left by an exclusion.
 *
 * @throws RangeError for no steps, a window that is negative or no number, a time that is not finite, or an exclusion
 *   between steps that the funnel does not have
 */
export function walkFunnel(events: readonly FunnelEvent[], definition: FunnelDefinition): number[] | null {
  check(events, definition);
  if (definition.order === 'strict') return walkStrict(events, definition);
  return definition.order === 'any' ? walkAnyOrder(events, definition) : walkSequential(events, definition);
}
