import { setImmediate as nextTurn } from 'node:timers/promises';
import type { JourneyColumns } from './journey-columns.ts';

/** What was known at a moment, and what was counted of it. */
export interface JourneySnapshot {
  columns: JourneyColumns;
  /** Milliseconds since 1970. */
  asOf: number;
  /** Makes something once, and gives it again under the same name. What fails is made again. */
  remember<Value>(name: string, make: () => Value): Value;
  /**
   * The same for what a page shows, which is also made of later snapshots for as long as somebody looks at it. `make` takes
   * what it counts from the snapshot that it is given. `askedAt` is when somebody looked at it: now, unless told.
   */
  report<Value>(name: string, make: (snapshot: JourneySnapshot) => Value, askedAt?: number): Value;
  readonly reports: ReadonlyMap<string, Report>;
}

interface Report {
  make(snapshot: JourneySnapshot): unknown;
  /** Milliseconds since 1970. */
  askedAt: number;
}

/** Pages with different filters; a choice of a million developers takes 4 MB. */
const MOST_REMEMBERED = 30;

export function createSnapshot(columns: JourneyColumns, now: () => number): JourneySnapshot {
  const made = new Map<string, unknown>();
  const reports = new Map<string, Report>();
  const remember: JourneySnapshot['remember'] = (name, make) => {
    if (made.has(name)) return made.get(name) as ReturnType<typeof make>;
    const value = make();
    if (made.size < MOST_REMEMBERED) made.set(name, value);
    if (value instanceof Promise) value.catch(() => made.delete(name));
    return value;
  };
  const snapshot: JourneySnapshot = {
    columns,
    asOf: now(),
    remember,
    report(name, make, askedAt = now()) {
      if (reports.has(name) || reports.size < MOST_REMEMBERED) reports.set(name, { make, askedAt });
      return remember(`report ${name}`, () => make(snapshot));
    },
    reports,
  };
  return snapshot;
}

/** Makes of a later snapshot what was asked for since a moment, one after the other, with time for others in between. */
export async function renewReports(from: JourneySnapshot, to: JourneySnapshot, since: number): Promise<void> {
  for (const [name, { make, askedAt }] of from.reports) {
    if (askedAt < since) continue;
    await nextTurn();
    try {
      await to.report(name, make, askedAt);
    } catch {
      // Whoever asks for it is told why it cannot be made.
    }
  }
}
