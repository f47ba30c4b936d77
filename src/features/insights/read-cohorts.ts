import type { Context } from '../../context.ts';
import type { JourneyMemory } from '../journeys/journey-memory.ts';
import { COHORT_STEPS, type CohortStep, parseCohortStep } from './cohort-table.ts';
import { type Insights, readInsights } from './read-insights.ts';

export interface CohortQuestion {
  insights: Insights;
  step: CohortStep;
  /** In which weeks begin on Monday. */
  zone: string;
}

/** What an address asks of the table of cohorts. What is no milestone is said, and the first one is shown. */
export async function readCohortQuestion(
  portal: { ctx: Pick<Context, 'config' | 'now'>; journeys: JourneyMemory },
  search: URLSearchParams,
): Promise<CohortQuestion> {
  const insights = await readInsights(portal, search);
  const text = search.get('step');
  const step = parseCohortStep(text);
  const complaints = [...insights.query.complaints];
  if (text && !step)
    complaints.push(`“${text.slice(0, 100)}” is no milestone. There are ${COHORT_STEPS.join(', ')}.`);
  return {
    insights: { ...insights, query: { ...insights.query, complaints } },
    step: step ?? COHORT_STEPS[0],
    zone: portal.ctx.config.reportingZone,
  };
}
