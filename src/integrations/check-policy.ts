import type { AstroIntegration } from 'astro';
import { NO_ACCESS, PAGES } from '../http/policy.ts';

/** Fails the build, and the dev server, for a page rendered on demand about which nobody decided who may see it. */
export function checkPolicy(): AstroIntegration {
  return {
    name: 'check-policy',
    hooks: {
      'astro:routes:resolved': ({ routes }) => {
        const undecided = routes
          .filter(({ isPrerendered, origin }) => !isPrerendered && origin === 'project')
          .map(({ pattern }) => pattern)
          .filter((pattern) => pattern !== NO_ACCESS && !Object.hasOwn(PAGES, pattern));
        if (undecided.length > 0) {
          throw new Error(`src/http/policy.ts says nobody may see: ${undecided.join(', ')}`);
        }
      },
    },
  };
}
