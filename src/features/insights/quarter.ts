import { DAY_MS } from '../../day.ts';

/** Three months of the calendar in UTC. */
export interface Quarter {
  /** `2026-Q4`, as it stands in an address. */
  id: string;
  /** `Q4 2026`. */
  label: string;
  /** Milliseconds since 1970 of its first moment, and of that of the next quarter. */
  start: number;
  end: number;
}

const MONTHS = 3;

/** The quarter an instant lies in, or one that lies `offset` quarters after it. */
export function quarterOf(instant: number, offset = 0): Quarter {
  const date = new Date(instant);
  const index = Math.floor(date.getUTCMonth() / MONTHS) + offset;
  const start = new Date(Date.UTC(date.getUTCFullYear(), index * MONTHS));
  const [number, year] = [start.getUTCMonth() / MONTHS + 1, start.getUTCFullYear()];
  return {
    id: `${year}-Q${number}`,
    label: `Q${number} ${year}`,
    start: start.getTime(),
    end: Date.UTC(date.getUTCFullYear(), (index + 1) * MONTHS),
  };
}

const ID = /^(\d{4})-Q([1-4])$/;

/** `2026-Q3` as it stands in an address. Null for what is none. */
export function parseQuarter(text: string | null): Quarter | null {
  const [, year, number] = ID.exec(text ?? '') ?? [];
  return year && number ? quarterOf(Date.UTC(Number(year), (Number(number) - 1) * MONTHS)) : null;
}

/** The last quarter that is over. */
export const lastQuarter = (asOf: number) => quarterOf(asOf, -1);

/** As long as the longest of the benchmarks: live within 21 days. */
const FOLLOWED_MS = 21 * DAY_MS;

/** When everybody who began in a quarter has been here for 21 days. */
export const completeAt = ({ end }: Quarter) => end + FOLLOWED_MS;

/** The last quarter of which that holds. */
export const lastComplete = (asOf: number) => quarterOf(asOf - FOLLOWED_MS, -1);
