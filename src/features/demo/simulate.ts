import { createAccounts } from './accounts.ts';
import { arrivals, type Span } from './arrivals.ts';
import { type Drawn, drawDeveloper } from './developer.ts';
import type { Population } from './population.ts';

export interface Simulation extends Span {
  seed: number;
  /** How many developers show intent; more arrive, and some of them only look. */
  developers: number;
}

/** Accounts are dealt out in rows of 256, so those of two rows are all that anybody asks for. */
const REMEMBERED_ACCOUNTS = 600;

/**
 * Developers in the order in which they arrive, as many as wanted have shown intent. Developer i of a seed has the same
 * traits and delays whatever the number of developers and the span are; when they arrive depends on both. Memory does not
 * grow with their number: one row of accounts is all that is kept.
 */
export function* simulate(population: Population, simulation: Simulation): Generator<Drawn> {
  const { seed, developers, begin } = simulation;
  const visitors = countVisitors(population, seed, developers, begin);
  for (const drawn of draw(population, seed, arrivals(population, seed, visitors, simulation))) {
    if (drawn.developer.t0 !== null) yield drawn;
  }
}

/** How many have to arrive until so many have shown intent: neither the moment nor colleagues decide on that. */
function countVisitors(population: Population, seed: number, developers: number, at: number): number {
  function* always() {
    for (;;) yield at;
  }
  let visitors = 0;
  let wanted = developers;
  if (wanted <= 0) return 0;
  for (const { developer } of draw(population, seed, always())) {
    visitors += 1;
    if (developer.t0 !== null) wanted -= 1;
    if (wanted === 0) break;
  }
  return visitors;
}

function* draw(population: Population, seed: number, moments: Iterable<number>): Generator<Drawn> {
  const accountOf = createAccounts(seed);
  const activations = new Map<number, number[]>();
  let index = 0;
  for (const at of moments) {
    const account = accountOf(index);
    const known = activations.get(account.index);
    const colleagues = known?.filter((time) => time < at).length ?? 0;
    const drawn = drawDeveloper(population, seed, { index, at, account, colleagues });
    const activatedAt = drawn.developer.steps.first_call;
    if (activatedAt !== null) remember(activations, account.index, activatedAt);
    yield drawn;
    index += 1;
  }
}

function remember(activations: Map<number, number[]>, account: number, at: number): void {
  const known = activations.get(account);
  if (known) known.push(at);
  else activations.set(account, [at]);
  const [oldest] = activations.keys();
  if (activations.size > REMEMBERED_ACCOUNTS && oldest !== undefined) activations.delete(oldest);
}
