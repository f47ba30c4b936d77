import { DIMENSIONS, type Dimension, type Journey, STEPS, type Step } from './journey.ts';

/**
 * Every developer's row in memory, a column at a time: about 125 bytes each. Times are milliseconds since 1970, NaN
 * where a step was not reached. Rows of those who are in no figure are there too, marked.
 */
export interface JourneyColumns {
  /** How many rows there are. */
  readonly length: number;
  readonly t0: Float64Array;
  readonly steps: Readonly<Record<Step, Float64Array>>;
  /** 1 where every step up to the furthest one is known, and none came before the one before it. */
  readonly inOrder: Uint8Array;
  readonly ended: Float64Array;
  /** When an integration that was live ceased to be. */
  readonly lapsed: Float64Array;
  readonly progressed: Float64Array;
  readonly active: Float64Array;
  /** An index of STEPS. */
  readonly stage: Uint8Array;
  /** Why the row is in no figure: an index of `words`; 0 where it is. */
  readonly excluded: Uint16Array;
  /** Of each dimension: an index of `words`. */
  readonly segments: Readonly<Record<Dimension, Uint16Array>>;
  readonly lastEvent: Uint16Array;
  readonly errorCode: Uint16Array;
  /** The texts that stand in rows; the first one stands for none. */
  readonly words: readonly string[];
}

export interface GrowingColumns {
  /** Puts a row in its place, whatever was there. */
  put(journey: Journey): void;
  /** All of them as they are now; valid until the next `put`. */
  view(): JourneyColumns;
}

/** Texts come from a few lists; whoever fills them with others finds the rest together. */
const MOST_WORDS = 65_000;
const FIRST_CAPACITY = 1_024;
export const NONE = '';
const OTHER = 'other';

export function createColumns(): GrowingColumns {
  const wordOf = createWords();
  let columns = allocate(FIRST_CAPACITY);
  let length = 0;
  return {
    put(journey) {
      const { place } = journey;
      if (place >= columns.t0.length) columns = grow(columns, place);
      length = Math.max(length, place + 1);
      columns.t0[place] = journey.t0;
      putSteps(columns, journey);
      columns.ended[place] = nan(journey.ended_at);
      columns.lapsed[place] = nan(journey.lapsed_at);
      columns.progressed[place] = journey.progressed_at;
      columns.active[place] = journey.active_at;
      columns.stage[place] = journey.stage;
      columns.excluded[place] = wordOf(journey.excluded);
      for (const dimension of DIMENSIONS) columns.segments[dimension][place] = wordOf(journey[dimension]);
      columns.lastEvent[place] = wordOf(journey.last_event);
      columns.errorCode[place] = wordOf(journey.error_code);
    },
    view: () => ({ ...columns, length, words: wordOf.words }),
  };
}

const nan = (at: number | null) => at ?? Number.NaN;

/** Each by its name: a million rows are read after a start, and a loop over the names takes twice as long. */
function putSteps({ steps, inOrder }: Allocated, journey: Journey): void {
  const { place } = journey;
  steps.visited[place] = nan(journey.visited_at);
  steps.goal[place] = nan(journey.goal_at);
  steps.credential[place] = nan(journey.credential_at);
  steps.run[place] = nan(journey.run_at);
  steps.first_call[place] = nan(journey.first_call_at);
  steps.own_machine[place] = nan(journey.own_machine_at);
  steps.claimed[place] = nan(journey.claimed_at);
  steps.live[place] = nan(journey.live_at);
  let before = Number.NEGATIVE_INFINITY;
  inOrder[place] = 1;
  for (let step = 0; step <= journey.stage; step += 1) {
    const at = steps[STEPS[step] as Step][place] ?? Number.NaN;
    if (!(at >= before)) inOrder[place] = 0;
    before = at;
  }
}

function createWords() {
  const words = [NONE, OTHER];
  const places = new Map(words.map((word, at) => [word, at]));
  const wordOf = (text: string | null): number => {
    const known = places.get(text ?? NONE);
    if (known !== undefined) return known;
    if (words.length >= MOST_WORDS) return 1;
    places.set(text ?? NONE, words.length);
    return words.push(text ?? NONE) - 1;
  };
  return Object.assign(wordOf, { words: words as readonly string[] });
}

type Allocated = Omit<JourneyColumns, 'length' | 'words'>;

/** A place that nobody has yet is in no figure. */
function allocate(capacity: number): Allocated {
  const times = () => new Float64Array(capacity).fill(Number.NaN);
  const indexes = () => new Uint16Array(capacity);
  return {
    t0: times(),
    steps: record(STEPS, times),
    inOrder: new Uint8Array(capacity),
    ended: times(),
    lapsed: times(),
    progressed: times(),
    active: times(),
    stage: new Uint8Array(capacity),
    excluded: indexes().fill(1),
    segments: record(DIMENSIONS, indexes),
    lastEvent: indexes(),
    errorCode: indexes(),
  };
}

function grow(from: Allocated, place: number): Allocated {
  const to = allocate(Math.max(place + 1, from.t0.length * 2));
  for (const name of ['t0', 'ended', 'lapsed', 'progressed', 'active'] as const) to[name].set(from[name]);
  for (const name of ['stage', 'inOrder'] as const) to[name].set(from[name]);
  for (const name of ['excluded', 'lastEvent', 'errorCode'] as const) to[name].set(from[name]);
  for (const step of STEPS) to.steps[step].set(from.steps[step]);
  for (const dimension of DIMENSIONS) to.segments[dimension].set(from.segments[dimension]);
  return to;
}

function record<Key extends string, Value>(keys: readonly Key[], make: () => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, make()])) as Record<Key, Value>;
}
