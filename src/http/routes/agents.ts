import { hash } from 'node:crypto';
import type { Context } from 'hono';
import {
  type AgentFacts,
  agentUrls,
  apiCatalog,
  onboardingDescriptor,
  protectedResource,
  walkThrough,
} from '../../features/agents/discovery.ts';
import { addressKey } from '../../rate-limit.ts';
import type { App, AppParts, Env } from '../app-parts.ts';
import { bitsNeeded } from '../limit-keys.ts';
import { openedOrigin } from '../opened-origin.ts';

/** Where an agent may begin without having been told anything: each of these leads to all the others. */
export function addAgentRoutes(app: App, parts: AppParts): void {
  const { config } = parts.portal.ctx;

  const factsFor = (c: Context<Env>): AgentFacts => ({
    config,
    urls: agentUrls(openedOrigin(config.publicUrl, c.req.header('host')), config.apiPrefix),
  });
  const document = (path: string, type: string, write: (facts: AgentFacts) => unknown) =>
    app.get(path, (c) => {
      const written = write(factsFor(c));
      const body = typeof written === 'string' ? written : JSON.stringify(written);
      return publish(c, body, type);
    });

  document('/.well-known/api-onboarding', 'application/json', onboardingDescriptor);
  document('/.well-known/oauth-protected-resource', 'application/json', protectedResource);
  // RFC 9728 puts the resource's own path behind the well-known one.
  app.get('/.well-known/oauth-protected-resource/:path{.+}', (c) =>
    c.req.param('path') === config.apiPrefix.slice(1)
      ? publish(c, JSON.stringify(protectedResource(factsFor(c))), 'application/json')
      : c.notFound(),
  );
  document('/.well-known/api-catalog', 'application/linkset+json', apiCatalog);
  document('/auth.md', 'text/markdown; charset=utf-8', walkThrough);

  app.get('/agent/challenge', (c) => {
    const place = addressKey(c.env.clientAddress);
    return c.json(parts.proofs.challenge(bitsNeeded(parts, place), place, parts.portal.ctx.now()));
  });
}

/** A public document, which any site may read and anybody keep for an hour. */
function publish(c: Context<Env>, body: string, type: string) {
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 27)}"`;
  c.header('Access-Control-Allow-Origin', '*');
  c.header('Cache-Control', 'public, max-age=3600');
  c.header('Vary', 'Host');
  c.header('ETag', etag);
  if (c.req.header('if-none-match') === etag) return c.body(null, 304);
  return c.body(body, 200, { 'Content-Type': type });
}
