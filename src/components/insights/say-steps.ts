import { sayDuration } from '../../duration.ts';
import type { CohortCell, CohortStep } from '../../features/insights/cohort-table.ts';
import type { DeveloperListQuery } from '../../features/insights/developer-list-query.ts';
import type { FrictionAudit, Transition } from '../../features/insights/friction-audit.ts';
import type { DeveloperLine, DeveloperPage } from '../../features/insights/list-developers.ts';
import type { Difference } from '../../features/insights/shares.ts';
import type { Standing, StandingKind } from '../../features/insights/standing.ts';
import type { Step } from '../../features/journeys/journey.ts';
import { sayCount, sayPoints, sayShare, saySigned, sayStep } from './say.ts';

/** How the way from step to step is said to people. */

const SPACE = '\u00a0';

export function sayTransition({ from, to }: Pick<Transition, 'from' | 'to'>): string {
  return `${sayStep(from)} → ${sayStep(to)}`;
}

/** A time that half, or nine in ten, have taken; a missing one is said, never left out. */
export function sayReached(ms: number | null): string {
  return ms === null ? 'not reached' : ms === 0 ? 'at once' : sayDuration(ms);
}

/** “+5 points (−2 to +12)”. */
export function sayDifference({ difference, band }: Difference): string {
  const [lower, upper] = [band.lower, band.upper].map((share) => saySigned(share * 100));
  return `${sayPoints(difference)} (${lower} to ${upper})`;
}

/** One of the worst transitions, with what those who are idle saw last. */
export function sayLoss(lost: Transition): string {
  const { n, dropOff, ofLosses, idle } = lost;
  const [error] = lost.errorCodes;
  const stopped = `Of ${sayCount(n)} who got to “${sayStep(lost.from)}”, ${sayCount(dropOff)} stopped there`;
  const shares = `${sayShare(dropOff / n)}; ${sayShare(ofLosses ?? 0)} of all losses`;
  if (idle === 0) return `${stopped} (${shares}), all of them within the last 48${SPACE}h.`;
  const seen = error ? `; their last error is most often ${error.text} (${sayCount(error.n)})` : '';
  return `${stopped} (${shares}). ${sayCount(idle)} of them ${idle === 1 ? 'has' : 'have'} done nothing for 48${SPACE}h or longer${seen}.`;
}

/** What the chart of the funnel shows, in a sentence or two. */
export function sayFunnel({ n, steps, biggestLoss }: FrictionAudit): string {
  const last = steps.at(-1);
  if (!last || n === 0) return 'Nobody has begun.';
  const live = `${sayCount(last.reached)} of ${sayCount(n)} went live (${sayShare(last.ofAll ?? 0)})`;
  return biggestLoss
    ? `${live}. Most are lost between “${sayStep(biggestLoss.from)}” and “${sayStep(biggestLoss.to)}”: ${sayCount(biggestLoss.dropOff)}.`
    : `${live}.`;
}

const KINDS: Record<StandingKind, string> = { silent: 'Silent', struggling: 'Struggling' };

export function sayKind(kind: StandingKind): string {
  return KINDS[kind];
}

/** “26 h idle, silent” of somebody who is waited for. */
export function sayStanding({ idle, kind }: Standing): string | null {
  if (idle === null) return null;
  return `${sayDuration(idle)} idle${kind === null ? '' : `, ${sayKind(kind).toLowerCase()}`}`;
}

/** What somebody did last; null for what has no words of ours, such as an error code. */
export function sayEvent(event: string): string | null {
  if (/^\d{3}$/.test(event)) return `call answered with ${event}`;
  return Object.hasOwn(EVENTS, event) ? (EVENTS[event] ?? null) : null;
}

/** The same of one developer, whose last error stands beside it. */
export function sayLast({ lastEvent, errorCode }: Pick<DeveloperLine, 'lastEvent' | 'errorCode'>): string {
  return sayEvent(lastEvent) ?? (lastEvent === errorCode ? 'call that failed' : lastEvent);
}

/** “after 26 h”, “at once”. */
export function sayGap(ms: number): string {
  return ms === 0 ? 'at once' : `after ${sayDuration(ms)}`;
}

const EVENTS: Readonly<Record<string, string>> = {
  call: 'call that succeeded',
  began: 'began',
  credential_created: 'key taken',
  sample_run: 'sample run',
  goal_answered: 'goal told',
  goal_skipped: 'goal skipped',
  integration_live: 'integration live',
};

/** “within 24 h”, “within 7 d”. */
export function sayHorizon(days: number): string {
  return days === 1 ? `24${SPACE}h` : `${days}${SPACE}d`;
}

/** A cell of the table of cohorts; a dash where too few are in it. */
export function sayCell({ k, n, mature, shows }: CohortCell): string {
  if (shows === 'nothing') return '–';
  if (shows === 'share') return sayShare(k / n);
  return mature ? `${sayCount(k)}/${sayCount(n)}` : `${sayCount(k)} of ${sayCount(n)} so far`;
}

const MILESTONE_OF: Record<CohortStep, { name: string; done: string; anchor: string }> = {
  first_call: { name: 'First call', done: 'had called', anchor: 'first-api-call' },
  own_machine: {
    name: 'Own machine',
    done: 'had called from their own machine',
    anchor: 'first-own-machine-call',
  },
  live: { name: 'Live', done: 'were live', anchor: 'integration-live' },
};

export const sayCohortStep = (step: CohortStep) => MILESTONE_OF[step];

/** How a page of developers is ordered, and how many there are on all. */
export function sayDeveloperList({ lastStoppedFirst, total }: DeveloperPage): string {
  const order = lastStoppedFirst ? 'Who stopped last comes first' : 'Newest first';
  if (total === null) return `${order}.`;
  const late = lastStoppedFirst ? `; whoever called in the last hour may still be counted` : '';
  return `${order}, ${sayCount(total)} in all${late}.`;
}

const DONE: Record<Step, string> = {
  visited: 'opened a page',
  goal: 'told a goal',
  credential: 'took a key',
  run: 'ran the sample',
  first_call: 'called',
  own_machine: 'called from their own machine',
  claimed: 'signed up',
  live: 'went live',
};

/** What a link to the list asked for beyond the filters, in a sentence; null for nothing. */
export function sayOnly({
  did,
  within,
  excluded,
}: Pick<DeveloperListQuery, 'did' | 'within' | 'excluded'>): string | null {
  if (did === null) return excluded ? 'Only who is in no figure.' : null;
  const who = excluded ? 'Only who is in no figure and' : 'Only who';
  if (within === null) return `${who} ${DONE[did]}.`;
  const horizon = sayHorizon(within);
  return `${who} ${DONE[did]} within ${horizon} of t0, of those who have been here for ${horizon}.`;
}
