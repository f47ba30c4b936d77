import { createRoute, z } from '@hono/zod-openapi';
import { AppError } from '../../errors.ts';
import { answerGoal } from '../../features/milestones/answer-goal.ts';
import { recordOnboardingEvent } from '../../features/milestones/onboarding-event-store.ts';
import { progress } from '../../features/milestones/progress-schema.ts';
import type { App, AppParts } from '../app-parts.ts';
import { requireProgress, visitorOf } from '../caller.ts';
import { json, problems } from '../contract.ts';

const name = z
  .string()
  .regex(/^[\w.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const reportRun = createRoute({
  method: 'post',
  path: '/api/onboarding-events',
  summary: 'Report what the page did for the developer',
  description:
    'Feeds the audit of where developers stop. It cannot reach a milestone: those are observed calls.',
  request: {
    body: json(
      z.strictObject({
        name: z.literal('sample_run'),
        sample: name,
        language: name,
        status: z.enum(['succeeded', 'failed', 'cancelled', 'timed_out', 'unavailable']),
      }),
    ),
  },
  responses: { 204: { description: 'Stored.' }, ...problems(400, 401, 403, 415, 422, 503) },
});

const answerQuestion = createRoute({
  method: 'post',
  path: '/api/goal',
  summary: 'Answer or skip the question after the first call',
  request: {
    body: json(
      z.strictObject({
        goal: name.nullable().describe('The id of a goal, or null to skip.'),
        occupation: name.nullable().default(null).describe('The id of what the developer does.'),
      }),
    ),
  },
  responses: {
    200: { description: 'The path that follows.', content: { 'application/json': { schema: progress } } },
    ...problems(400, 401, 403, 415, 422, 503),
  },
});

export function addOnboardingRoutes(app: App, { portal, upstream }: AppParts): void {
  app.openapi(reportRun, async (c) => {
    const { developerId } = visitorOf(c);
    const { name: event, ...props } = c.req.valid('json');
    await recordOnboardingEvent(portal.ctx.db, {
      developerId,
      name: event,
      receivedAt: portal.ctx.now(),
      props,
    });
    return c.body(null, 204);
  });

  app.openapi(answerQuestion, async (c) => {
    const { developerId } = visitorOf(c);
    await answerGoal(portal.ctx, portal.path, developerId, c.req.valid('json'));
    const now = await requireProgress(portal, developerId);
    portal.feed.touch(developerId);
    return c.json(now, 200);
  });

  app.get('/api/inbox', async (c) => {
    const { developerId } = visitorOf(c);
    if (!upstream.inbox) {
      throw new AppError(
        404,
        'not_found',
        'There is an inbox only while the built-in API answers; here UPSTREAM_URL is set.',
      );
    }
    return c.json({ messages: await upstream.inbox(developerId) });
  });
}
