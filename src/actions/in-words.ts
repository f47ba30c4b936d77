import { type ActionAPIContext, ActionError } from 'astro:actions';
import { randomUUIDv7 } from 'node:crypto';
import { toAppError } from '../http/problem.ts';

/**
 * Wraps what a form does, so that its page can say what went wrong: in the words of the use case where the person can
 * mend it, and as a bug where only the log may know more.
 */
export function inWords<Given, Outcome>(
  handler: (given: Given, context: ActionAPIContext) => Promise<Outcome>,
): (given: Given, context: ActionAPIContext) => Promise<Outcome> {
  return async (given, context) => {
    try {
      return await handler(given, context);
    } catch (error) {
      if (error instanceof ActionError) throw error;
      throw toActionError(error, context);
    }
  };
}

function toActionError(error: unknown, { locals }: ActionAPIContext): ActionError {
  const known = toAppError(error);
  if (known.status >= 500) {
    locals.portal.ctx.log.error({ err: error, requestId: randomUUIDv7() }, 'a form failed');
  }
  Object.assign(locals.headers, known.headers);
  return new ActionError({ code: ActionError.statusToCode(known.status), message: known.message });
}
