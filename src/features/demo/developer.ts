import { DAY_MS } from '../../day.ts';
import type { Account } from './accounts.ts';
import { countryAt } from './arrivals.ts';
import { HASTE, type Population, type StepName, type Weighted } from './population.ts';
import { chance, mix, mulberry32, normal, pick, type Stream } from './random.ts';

/** When each step was taken, milliseconds since 1970; null: never. */
export type StepTimes = Record<StepName, number | null>;

/** Everything of a simulated developer that a portal could come to know. */
export interface SimulatedDeveloper {
  index: number;
  /** When the page was opened. */
  arrivedAt: number;
  channel: string;
  occupation: string;
  language: string;
  actor: 'human' | 'agent';
  goal: string;
  country: string;
  /** Hours ahead of UTC. */
  offset: number;
  account: Account;
  steps: StepTimes;
  /** The first act of intent; null for somebody who only looked. */
  t0: number | null;
  internal: boolean;
  bot: boolean;
  secondDevice: boolean;
  secondBrowser: boolean;
}

/** What no portal can know. It is for whoever checks an estimate, and never part of what is fed. */
export interface Hidden {
  /** Latent intent. */
  z: number;
  /** The seed of this developer's own streams. */
  seed: number;
}

export interface Drawn {
  developer: SimulatedDeveloper;
  hidden: Hidden;
}

export interface Arrival {
  index: number;
  at: number;
  account: Account;
  /** Colleagues who are activated already. */
  colleagues: number;
}

/** Each purpose has a stream of its own: more draws for one shift nothing for another. */
export const PURPOSE = {
  person: 0,
  steps: 1,
  calls: 2,
  later: 3,
  nudge: 4,
  dirt: 5,
  looks: 6,
  days: 7,
  reports: 8,
} as const;

/** A step that would take longer is not taken: the weeks in which it is seen who stayed are left to those who stay. */
export const LONGEST_STEP_MS = 83 * DAY_MS;

export const logistic = (x: number): number => 1 / (1 + Math.exp(-x));

const named = (next: Stream, entries: readonly Weighted[]): string =>
  pick(
    next,
    entries.map(({ name, weight }) => ({ value: name, weight })),
  );

/** The developer that a seed and an index stand for. The moment of arrival decides only where they may live. */
export function drawDeveloper(population: Population, seed: number, arrival: Arrival): Drawn {
  const stream = mix(seed, arrival.index);
  const person = mulberry32(mix(stream, PURPOSE.person));
  const channel = pick(
    person,
    population.channels.map((value) => ({ value, weight: value.weight })),
  );
  const occupation = pick(
    person,
    population.occupations.map((value) => ({ value, weight: value.weight })),
  );
  const { each, most } = population.contagion;
  const pulled = each * Math.min(most, arrival.colleagues);
  const own = normal(person) + channel.intent + occupation.intent;
  const z = own + pulled;
  const actor = chance(person, population.agents.share) ? 'agent' : 'human';
  const language = named(person, population.languages);
  const goal = named(person, population.goals);
  const country = countryAt(population, person, arrival.at);
  const steps = takeSteps(population, mulberry32(mix(stream, PURPOSE.steps)), {
    own,
    z,
    actor,
    from: arrival.at,
  });
  const developer: SimulatedDeveloper = {
    index: arrival.index,
    arrivedAt: arrival.at,
    channel: channel.name,
    occupation: occupation.name,
    language,
    actor,
    goal,
    country: country.name,
    offset: country.offset,
    account: arrival.account,
    steps,
    t0: steps.goal,
    ...drawDirt(population, mulberry32(mix(stream, PURPOSE.dirt))),
  };
  return { developer, hidden: { z, seed: stream } };
}

/** A chain: who does not take a step takes none after it. Two numbers each are drawn for all of them all the same. */
function takeSteps(
  population: Population,
  next: Stream,
  { own, z, actor, from }: { own: number; z: number; actor: string; from: number },
): StepTimes {
  const pace = Math.exp(-HASTE * z) * (actor === 'agent' ? population.agents.delay : 1);
  const steps = {} as StepTimes;
  let at: number | null = from;
  for (const { name, a, b, median, sigma } of population.steps) {
    // Nobody knows of colleagues before they begin; so it also stays the same who begins.
    const taken = chance(next, logistic(a + b * (name === 'goal' ? own : z)));
    const delay = Math.max(shortest(name), median * Math.exp(sigma * normal(next)) * pace);
    at = taken && at !== null ? at + Math.round(delay) : null;
    if (at !== null && at - from > LONGEST_STEP_MS) at = null;
    steps[name] = at;
  }
  // What an agent calls with is no page's key, so its first call is one from outside the portal.
  if (actor === 'agent' && steps.own_machine !== null) steps.own_machine = steps.first_call;
  return steps;
}

/** Three distinct days have to fit before an integration is live. */
const shortest = (name: StepName) => (name === 'live' ? 2.2 * DAY_MS : 0);

function drawDirt({ dirt }: Population, next: Stream) {
  const internal = chance(next, dirt.internal);
  const bot = chance(next, dirt.bots);
  const secondDevice = chance(next, dirt.secondDevice);
  const secondBrowser = chance(next, dirt.secondBrowser);
  return { internal, bot: bot && !internal, secondDevice, secondBrowser };
}
