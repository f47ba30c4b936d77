import { Temporal } from 'temporal-polyfill';

/** A week from Monday to Sunday in the workspace's time zone, by ISO 8601. */
export interface CohortWeek {
  /** `2026-W53`: the year is the one its Thursday lies in, which is not always that of the date. */
  label: string;
  /** Epoch milliseconds of its first moment, and of that of the week after: an hour more or less where clocks change. */
  start: number;
  end: number;
}

/**
 * A zone by its IANA name. An offset such as +02:00 is one for Temporal too, as is a date with one, but would be wrong for
 * half of the year.
 *
 * @throws RangeError for an unknown zone
 */
function requireZone(zone: string): string {
  if (!/^[a-z]/i.test(zone)) throw new RangeError(`Not the name of a time zone: ${zone}`);
  return zone;
}

/**
 * The week in which a developer began, as seen on a calendar in that zone. Days begin at their first moment there is:
 * where clocks are put forward at midnight that is one o'clock.
 *
 * @param instant epoch milliseconds
 * @throws RangeError for an unknown zone, or an instant that is no date
 */
export function cohortWeek(instant: number, zone: string): CohortWeek {
  const local = Temporal.Instant.fromEpochMilliseconds(Math.floor(instant)).toZonedDateTimeISO(
    requireZone(zone),
  );
  const day = local.toPlainDate();
  const monday = day.subtract({ days: day.dayOfWeek - 1 });
  const firstMoment = (date: Temporal.PlainDate) => date.toZonedDateTime(zone).epochMilliseconds;
  const year = String(day.yearOfWeek).padStart(4, '0');
  const week = String(day.weekOfYear).padStart(2, '0');
  return {
    label: `${year}-W${week}`,
    start: firstMoment(monday),
    end: firstMoment(monday.add({ days: 7 })),
  };
}

/**
 * Finds which of some weeks a moment lies in; -1 for none of them. They follow each other, the oldest first. Moments that
 * come nearly in order are found in O(1).
 */
export function weekFinder(weeks: readonly CohortWeek[]): (at: number) => number {
  const edges = Float64Array.from([...weeks.map(({ start }) => start), weeks.at(-1)?.end ?? 0]);
  const last = edges.length - 1;
  let week = 0;
  return (at) => {
    if (!(at >= (edges[0] ?? 0) && at < (edges[last] ?? 0))) return -1;
    while (at < (edges[week] ?? 0)) week -= 1;
    while (at >= (edges[week + 1] ?? 0)) week += 1;
    return week;
  };
}
