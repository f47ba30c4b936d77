import { between, mix, mulberry32, pick } from './random.ts';

/** The customer organisation that somebody works for. */
export interface Account {
  /** Unique within a seed. */
  index: number;
  /** How many of its people arrive. */
  size: number;
  /** Bought seats, about 1.4 for each of them. */
  seats: number;
}

/** So many developers in a row are dealt to accounts together; no account is in two deals. */
const DEAL = 256;
/** Purposes of streams are small numbers; this one is no developer's. */
const DEALING = -1;
const SEATS_EACH = 1.4;

/** Shares of accounts, and not of developers: most developers have many colleagues. */
const SIZES: readonly { value: readonly [number, number]; weight: number }[] = [
  { value: [1, 1], weight: 0.55 },
  { value: [2, 5], weight: 0.3 },
  { value: [6, 20], weight: 0.11 },
  { value: [21, 200], weight: 0.04 },
];

/**
 * The accounts of developers, a deal at a time: sizes are drawn until everybody has one, and the places are shuffled, so
 * that colleagues arrive apart from each other.
 */
export function createAccounts(seed: number): (developer: number) => Account {
  let known = -1;
  let dealt: Account[] = [];
  return (developer) => {
    const deal = Math.floor(developer / DEAL);
    if (deal !== known) {
      dealt = dealOut(seed, deal);
      known = deal;
    }
    return dealt[developer % DEAL] ?? { index: developer, size: 1, seats: 1 };
  };
}

function dealOut(seed: number, deal: number): Account[] {
  const next = mulberry32(mix(mix(seed, DEALING), deal));
  const places: Account[] = [];
  while (places.length < DEAL) {
    const [from, to] = pick(next, SIZES);
    const size = Math.min(between(next, from, to), DEAL - places.length);
    const account = { index: deal * DEAL + places.length, size, seats: Math.ceil(size * SEATS_EACH) };
    for (let n = 0; n < size; n += 1) places.push(account);
  }
  for (let last = places.length - 1; last > 0; last -= 1) {
    const other = between(next, 0, last);
    const [a, b] = [places[last], places[other]];
    if (a && b) [places[last], places[other]] = [b, a];
  }
  return places;
}
