import { dayOf } from '../../day.ts';
import {
  type CallFacts,
  type CallMilestone,
  isEarlier,
  type Judge,
  type Judgement,
  type Moment,
  milestonesOf,
} from './milestone-rules.ts';

/** A call with all that is kept of it. */
export interface FoldableCall extends CallFacts, Moment {
  developerId: string;
  environment: string;
  durationMs: number;
}

/** What calls add to one day of a developer. Successes and errors are those from outside the portal's pages. */
export interface DayDelta {
  environment: string;
  /** Whole days since 1970. */
  day: number;
  calls: number;
  successes: number;
  errors: number;
  throttled: number;
  portalSuccesses: number;
  portalErrors: number;
  excluded: number;
  firstSuccessAt: number | null;
  lastSuccessAt: number | null;
  /** The first call that is not excluded. */
  firstAt: number | null;
}

/** What calls add to what is known of one developer. Sums, minima and maxima: neither order nor batches matter. */
export interface DeveloperDelta {
  calls: number;
  excludedCalls: number;
  /** Of calls that count. */
  lastCallAt: number | null;
  lastSuccessAt: number | null;
  lastErrorAt: number | null;
  earliest: Map<CallMilestone, FoldableCall>;
  days: DayDelta[];
}

/** O(n). A call that is in `calls` twice counts twice: repeats are left out before. */
export function foldCalls(judge: Judge, calls: Iterable<FoldableCall>): Map<string, DeveloperDelta> {
  const deltas = new Map<string, DeveloperDelta>();
  for (const call of calls) {
    let delta = deltas.get(call.developerId);
    if (!delta) {
      delta = emptyDelta();
      deltas.set(call.developerId, delta);
    }
    addCall(delta, call, judge(call));
  }
  return deltas;
}

export function emptyDelta(): DeveloperDelta {
  return {
    calls: 0,
    excludedCalls: 0,
    lastCallAt: null,
    lastSuccessAt: null,
    lastErrorAt: null,
    earliest: new Map(),
    days: [],
  };
}

export function addCall(delta: DeveloperDelta, call: FoldableCall, judgement: Judgement): void {
  const day = countedDay(delta, call);
  delta.calls += 1;
  day.calls += 1;
  if (judgement.excluded) {
    delta.excludedCalls += 1;
    day.excluded += 1;
    return;
  }
  const { receivedAt } = call;
  delta.lastCallAt = later(delta.lastCallAt, receivedAt);
  if (judgement.outcome === 'success') delta.lastSuccessAt = later(delta.lastSuccessAt, receivedAt);
  if (judgement.outcome === 'error') delta.lastErrorAt = later(delta.lastErrorAt, receivedAt);
  addToDay(day, receivedAt, judgement);
  for (const name of milestonesOf(judgement)) {
    const known = delta.earliest.get(name);
    if (!known || isEarlier(call, known)) delta.earliest.set(name, call);
  }
}

function addToDay(day: DayDelta, at: number, { outcome, fromPortal }: Judgement): void {
  day.firstAt = earlier(day.firstAt, at);
  if (fromPortal) {
    if (outcome === 'success') day.portalSuccesses += 1;
    if (outcome === 'error') day.portalErrors += 1;
    return;
  }
  if (outcome === 'throttled') day.throttled += 1;
  if (outcome === 'error') day.errors += 1;
  if (outcome !== 'success') return;
  day.successes += 1;
  day.firstSuccessAt = earlier(day.firstSuccessAt, at);
  day.lastSuccessAt = later(day.lastSuccessAt, at);
}

/** Nearly always the last one: a batch spans a day or two. */
function countedDay({ days }: DeveloperDelta, { environment, receivedAt }: FoldableCall): DayDelta {
  const day = dayOf(receivedAt);
  const known = days.findLast((one) => one.day === day && one.environment === environment);
  if (known) return known;
  const fresh: DayDelta = {
    environment,
    day,
    calls: 0,
    successes: 0,
    errors: 0,
    throttled: 0,
    portalSuccesses: 0,
    portalErrors: 0,
    excluded: 0,
    firstSuccessAt: null,
    lastSuccessAt: null,
    firstAt: null,
  };
  days.push(fresh);
  return fresh;
}

function later(known: number | null, at: number): number {
  return known === null ? at : Math.max(known, at);
}

function earlier(known: number | null, at: number): number {
  return known === null ? at : Math.min(known, at);
}
