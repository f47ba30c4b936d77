import { DAY_MS } from '../../day.ts';
import type { LabRow } from '../insights/milestone-lab.ts';
import { type Drawn, logistic, PURPOSE } from './developer.ts';
import { liveOn } from './life.ts';
import type { Population } from './population.ts';
import { between, chance, mix, mulberry32, poisson } from './random.ts';

const WEEK = 7;
/** Further looks at the prices, and pages read in the first week for z = 0, on average. */
const LOOKS = { again: 0.8, pages: 1.5, intent: 0.25 };

/** The planted milestone, and what only looks like one: whoever means it looks at the prices, and stays. */
export const PLANTED = 'call_succeeded';
export const DECOY = 'pricing_viewed';

/** What the milestone lab is to be told of somebody: what was seen in the first week, and who was there at the end. */
export function toLabRow(population: Population, begin: number, drawn: Drawn): LabRow {
  const { developer, hidden } = drawn;
  const life = liveOn(population, begin, drawn);
  const { t0, channel, occupation, goal, steps } = developer;
  const next = mulberry32(mix(hidden.seed, PURPOSE.looks));
  const looked = chance(next, logistic(population.decoy.a + population.decoy.b * hidden.z));
  const prices = new Array<number>(WEEK).fill(0);
  const pages = new Array<number>(WEEK).fill(0);
  const count = (days: number[], times: number) => {
    for (let n = 0; n < times; n += 1) {
      const day = between(next, 0, WEEK - 1);
      days[day] = (days[day] ?? 0) + 1;
    }
  };
  count(prices, looked ? 1 + poisson(next, LOOKS.again) : 0);
  count(pages, poisson(next, LOOKS.pages * Math.exp(LOOKS.intent * hidden.z)));
  const runs = new Array<number>(WEEK).fill(0);
  const ranOn = steps.sandbox === null ? WEEK : Math.floor((steps.sandbox - (t0 ?? 0)) / DAY_MS);
  if (ranOn < WEEK) runs[ranOn] = 1;
  return {
    anchor: t0 ?? 0,
    strata: { channel, occupation, goal },
    actions: {
      [PLANTED]: life.successes,
      [DECOY]: prices,
      call_failed: life.errors,
      docs_viewed: pages,
      sample_run: runs,
    },
    retained: life.retained,
  };
}
