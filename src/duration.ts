const UNITS = [
  { ms: 86_400_000, name: 'd', from: 172_800_000 },
  { ms: 3_600_000, name: 'h', from: 3_600_000 },
  { ms: 60_000, name: 'min', from: 60_000 },
  { ms: 1_000, name: 's', from: 100 },
  { ms: 1, name: 'ms', from: 0 },
] as const;

/** A time as people say it: 9 ms · 0.4 s · 12 min · 20 h · 3.5 d. Two digits are enough to act on; hours up to two days. */
export function sayDuration(ms: number): string {
  // What would round up to the next unit is said in that unit: 59.96 s is 1 min.
  const unit =
    UNITS.find(({ from, ms: size }) => Math.round(ms / (size / 100)) * (size / 100) >= from) ?? UNITS[4];
  const amount = ms / unit.ms;
  const whole = amount >= 9.95 || unit.name === 'ms';
  const digits = whole ? Math.max(Math.round(amount), ms > 0 ? 1 : 0) : Math.round(amount * 10) / 10;
  return `${digits.toLocaleString('en')} ${unit.name}`;
}
