import type { Context } from '../../context.ts';
import { DAY_MS } from '../../day.ts';
import { refreshJourneys } from '../journeys/refresh-journeys.ts';
import {
  FOLLOWED_DAYS,
  type LabAction,
  type LabDeveloper,
  listLabCalls,
  listLabDevelopers,
  listLabEvents,
  listRetained,
} from './lab-store.ts';
import { type LabReport, type LabRow, searchMilestones } from './milestone-lab.ts';
import { UNKNOWN } from './select-developers.ts';

/** What was found at a time. Milliseconds since 1970. */
export interface LabReading {
  asOf: number;
  report: LabReport;
  /** The rows it rests on, for a candidate that somebody asks about. */
  rows: readonly LabRow[];
  /** Whether there are older developers who were left out. */
  more: boolean;
}

export interface MilestoneLab {
  /** Searched anew once an hour, because what it rests on is 98 days old. */
  read(): Promise<LabReading>;
}

/** Enough for every limit the search sets, and a second's work. */
const MOST = 10_000;
const KEPT_MS = 3_600_000;

export function createMilestoneLab(ctx: Pick<Context, 'db' | 'now'>): MilestoneLab {
  let known: { at: number; reading: Promise<LabReading> } | undefined;
  return {
    read() {
      const at = ctx.now();
      if (known && at - known.at < KEPT_MS && at >= known.at) return known.reading;
      const reading = readLab(ctx);
      known = { at, reading };
      reading.catch(() => {
        known = undefined;
      });
      return reading;
    },
  };
}

async function readLab({ db, now }: Pick<Context, 'db' | 'now'>): Promise<LabReading> {
  const asOf = now();
  await refreshJourneys({ db, now });
  const developers = await listLabDevelopers(db, asOf - FOLLOWED_DAYS * DAY_MS, MOST + 1);
  const shown = developers.slice(0, MOST);
  const [first, last] = [shown.at(-1)?.t0 ?? 0, shown[0]?.t0 ?? 0];
  const [calls, events, retained] = await Promise.all([
    listLabCalls(db, first, last),
    listLabEvents(db, first, last),
    listRetained(db, first, last),
  ]);
  const done = Map.groupBy([...calls, ...events], (action) => action.developer_id);
  const rows = shown.map((developer) =>
    toRow(developer, done.get(developer.developer_id) ?? [], retained.has(developer.developer_id)),
  );
  return { asOf, report: searchMilestones(rows), rows, more: developers.length > MOST };
}

const WEEK = 7;
/** What every developer does to become one says nothing. */
const BEGINNING = 'credential_created';

function toRow(developer: LabDeveloper, done: readonly LabAction[], retained: boolean): LabRow {
  const actions: Record<string, number[]> = {};
  const add = (action: string, day: number, times: number) => {
    if (times <= 0 || day < 0 || day >= WEEK) return;
    actions[action] ??= new Array<number>(WEEK).fill(0);
    actions[action][day] = (actions[action][day] ?? 0) + times;
  };
  for (const { action, day, times } of done) if (action !== BEGINNING) add(action, day, times);
  const once = { called_from_own_machine: developer.own_machine_at, signed_up: developer.claimed_at };
  for (const [action, at] of Object.entries(once))
    if (at !== null) add(action, Math.floor((at - developer.t0) / DAY_MS), 1);
  const { channel, occupation, goal } = developer;
  return {
    anchor: developer.t0,
    strata: { channel: channel ?? UNKNOWN, occupation: occupation ?? UNKNOWN, goal: goal ?? UNKNOWN },
    actions,
    retained,
  };
}
