import { createRoute } from '@hono/zod-openapi';
import { createClaimLink } from '../../features/claims/claim-link.ts';
import { credentialAnswer, issueCredentialRequest } from '../../features/credentials/credential-schema.ts';
import { issueCredential } from '../../features/credentials/issue-credential.ts';
import { channelOf } from '../../features/developers/channel.ts';
import type { App, AppParts } from '../app-parts.ts';
import { beginVisit, callersOf } from '../caller.ts';
import { json, problems } from '../contract.ts';
import { limitKeys } from '../limit-keys.ts';

const contract = createRoute({
  method: 'post',
  path: '/api/credentials',
  summary: 'Get a test key',
  description:
    'Needs no authentication. Without a session it begins a new, anonymous developer; with one the key belongs to that developer. The secret is in this answer and nowhere else.',
  request: { body: json(issueCredentialRequest, false) },
  responses: {
    201: { description: 'The key, once.', content: { 'application/json': { schema: credentialAnswer } } },
    ...problems(400, 403, 413, 415, 422, 429, 503),
  },
});

export function addCredentialRoutes(app: App, parts: AppParts): void {
  const { portal } = parts;
  app.openapi(contract, async (c) => {
    // A request without a body asks for the defaults.
    const { origin, page_age_ms, came_from, expires_in_s, pow } = issueCredentialRequest.parse(
      c.req.valid('json') ?? {},
    );
    const { visitor, staff } = await callersOf(c, portal);
    await limitKeys(parts, { address: c.env.clientAddress, pow, claimed: visitor?.claimed === true });
    const issued = await issueCredential(portal.ctx, portal.verifier, {
      developerId: visitor?.developerId ?? null,
      byStaff: staff !== null,
      origin,
      pageAgeMs: page_age_ms,
      channel: came_from ? channelOf(came_from, portal.ctx.config.publicUrl) : null,
      expiresInMs: expires_in_s === undefined ? undefined : expires_in_s * 1_000,
    });
    if (!visitor) await beginVisit(c, portal, issued.developer_id);
    portal.feed.touch(issued.developer_id);
    // A page sends this header and a program does not; the page's browser already has what the link would give.
    const isProgram = !visitor && c.req.header('sec-fetch-site') === undefined;
    const claimUrl = isProgram ? await createClaimLink(portal.ctx, issued.developer_id) : null;
    return c.json({ ...issued, claim_url: claimUrl }, 201);
  });
}
