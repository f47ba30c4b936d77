import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { DIMENSIONS, type Dimension, type Journey, STEPS, type Step, timesOf } from './journey.ts';
import { listChanged } from './journey-store.ts';
import { refreshJourneys } from './refresh-journeys.ts';

/**
 * Every developer's row in memory, a column at a time: about 110 bytes each. Times are milliseconds since 1970, NaN
 * where a step was not reached. Rows of those who are in no figure are there too, marked.
 */
export interface JourneyColumns {
  /** How many rows there are. */
  readonly length: number;
  readonly t0: Float64Array;
  readonly steps: Readonly<Record<Step, Float64Array>>;
  readonly ended: Float64Array;
  readonly progressed: Float64Array;
  readonly active: Float64Array;
  /** An index of STEPS. */
  readonly stage: Uint8Array;
  /** 1 where the row is in no figure. */
  readonly excluded: Uint8Array;
  /** Of each dimension: an index of `words`. */
  readonly segments: Readonly<Record<Dimension, Uint16Array>>;
  readonly lastEvent: Uint16Array;
  readonly errorCode: Uint16Array;
  /** The texts that stand in rows; the first one stands for none. */
  readonly words: readonly string[];
}

/** What was known at a moment, and what was counted of it. */
export interface JourneySnapshot {
  columns: JourneyColumns;
  /** Milliseconds since 1970. */
  asOf: number;
  /** Makes something once, and gives it again under the same name. What fails is made again. */
  remember<Value>(name: string, make: () => Value): Value;
}

export interface JourneyMemory {
  /** All that is known now. The columns are valid until the next call. */
  current(): Promise<JourneyColumns>;
  /** The same with a moment: of many developers up to a minute old, and then what was counted is not counted again. */
  snapshot(): Promise<JourneySnapshot>;
}

/** From so many developers on, figures are made once a minute at most. */
const MANY = 100_000;
const KEPT_MS = 60_000;
/** Pages with different filters; a choice of a million developers takes 4 MB. */
const MOST_REMEMBERED = 50;

const AT_ONCE = 10_000;
const FIRST_CAPACITY = 1_024;
/** Texts come from a few lists; whoever fills them with others finds the rest together. */
const MOST_WORDS = 65_000;
export const NONE = '';
const OTHER = 'other';

/**
 * Follows the rows in the database: what changed since the last time is read, and nothing else. Nothing is read before
 * somebody asks.
 */
export function createJourneyMemory(ctx: Pick<Context, 'db' | 'now'>, many = MANY): JourneyMemory {
  const words = [NONE, OTHER];
  const places = new Map(words.map((word, at) => [word, at]));
  let columns = allocate(FIRST_CAPACITY, words);
  let length = 0;
  let revision = 0;
  let reading: Promise<void> | undefined;

  function wordOf(text: string | null): number {
    const known = places.get(text ?? NONE);
    if (known !== undefined) return known;
    if (words.length >= MOST_WORDS) return 1;
    places.set(text ?? NONE, words.length);
    return words.push(text ?? NONE) - 1;
  }

  function put(journey: Journey): void {
    const { place } = journey;
    if (place >= columns.t0.length) columns = grow(columns, place, words);
    length = Math.max(length, place + 1);
    const times = timesOf(journey);
    columns.t0[place] = journey.t0;
    for (const step of STEPS) columns.steps[step][place] = times[step] ?? Number.NaN;
    columns.ended[place] = journey.ended_at ?? Number.NaN;
    columns.progressed[place] = journey.progressed_at;
    columns.active[place] = journey.active_at;
    columns.stage[place] = journey.stage;
    columns.excluded[place] = journey.excluded === null ? 0 : 1;
    for (const dimension of DIMENSIONS) columns.segments[dimension][place] = wordOf(journey[dimension]);
    columns.lastEvent[place] = wordOf(journey.last_event);
    columns.errorCode[place] = wordOf(journey.error_code);
    revision = Math.max(revision, journey.revision);
  }

  async function read(): Promise<void> {
    await refreshJourneys(ctx);
    for (;;) {
      const changed = await listChanged(ctx.db, revision, AT_ONCE);
      for (const journey of changed) put(journey);
      if (changed.length < AT_ONCE) return;
      await nextTurn();
    }
  }

  async function current(): Promise<JourneyColumns> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    await reading;
    return { ...columns, length };
  }

  let latest: JourneySnapshot | undefined;
  return {
    current,
    async snapshot() {
      const age = ctx.now() - (latest?.asOf ?? Number.NEGATIVE_INFINITY);
      if (latest && latest.columns.length >= many && age >= 0 && age < KEPT_MS) return latest;
      latest = { columns: await current(), asOf: ctx.now(), remember: createRemember() };
      return latest;
    },
  };
}

function createRemember(): JourneySnapshot['remember'] {
  const made = new Map<string, unknown>();
  return <Value>(name: string, make: () => Value): Value => {
    if (made.has(name)) return made.get(name) as Value;
    const value = make();
    if (made.size < MOST_REMEMBERED) made.set(name, value);
    if (value instanceof Promise) value.catch(() => made.delete(name));
    return value;
  };
}

type Allocated = Omit<JourneyColumns, 'length'>;

/** A place that nobody has yet is in no figure. */
function allocate(capacity: number, words: readonly string[]): Allocated {
  const times = () => new Float64Array(capacity).fill(Number.NaN);
  const indexes = () => new Uint16Array(capacity);
  return {
    t0: times(),
    steps: record(STEPS, times),
    ended: times(),
    progressed: times(),
    active: times(),
    stage: new Uint8Array(capacity),
    excluded: new Uint8Array(capacity).fill(1),
    segments: record(DIMENSIONS, indexes),
    lastEvent: indexes(),
    errorCode: indexes(),
    words,
  };
}

function grow(from: Allocated, place: number, words: readonly string[]): Allocated {
  const to = allocate(Math.max(place + 1, from.t0.length * 2), words);
  for (const name of ['t0', 'ended', 'progressed', 'active'] as const) to[name].set(from[name]);
  for (const name of ['stage', 'excluded'] as const) to[name].set(from[name]);
  for (const name of ['lastEvent', 'errorCode'] as const) to[name].set(from[name]);
  for (const step of STEPS) to.steps[step].set(from.steps[step]);
  for (const dimension of DIMENSIONS) to.segments[dimension].set(from.segments[dimension]);
  return to;
}

function record<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>;
}
