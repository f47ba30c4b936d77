/** Three months of the calendar in UTC. */
export interface Quarter {
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
  return {
    label: `Q${start.getUTCMonth() / MONTHS + 1} ${start.getUTCFullYear()}`,
    start: start.getTime(),
    end: Date.UTC(date.getUTCFullYear(), (index + 1) * MONTHS),
  };
}
