import { defineAction } from 'astro:actions';
import { z } from 'astro/zod';
import { createKey as create } from '../features/credentials/create-key.ts';
import { credentialEnvironment } from '../features/credentials/credential-schema.ts';
import { revealKey as reveal } from '../features/credentials/reveal-key.ts';
import { revokeCredential } from '../features/credentials/revoke-credential.ts';
import { OVERLAPS, type Overlap, rollKey as roll, USUAL_OVERLAP } from '../features/credentials/roll-key.ts';
import type { SessionOwner } from '../features/developers/sessions.ts';
import { inWords } from './in-words.ts';

const keyId = z.string().max(64);
const MOST_DAYS = 3_650;

/** What a form's page shows once: a key that was just made, or is shown again. */
export interface ShownKey {
  what: 'created' | 'rolled' | 'revealed';
  id: string;
  secret: string;
  live: boolean;
  /** Of the key it takes the place of, in milliseconds since 1970. */
  oldEndsAt: number | null;
}

export const createKey = defineAction({
  accept: 'form',
  input: z.object({
    environment: credentialEnvironment.nullish(),
    name: z.string().trim().max(60, 'Choose a name of 60 characters at most.').nullish(),
    expires_in_days: z.coerce.number().int().min(0).max(MOST_DAYS).nullish(),
    scopes: z.array(z.string().max(60)).max(50),
    networks: z.string().max(4_000, 'The list of networks is too long.').nullish(),
  }),
  handler: inWords(async (wanted, { locals }): Promise<ShownKey> => {
    const { portal } = locals;
    const { developerId, claimed } = ownerOf(locals);
    const all = wanted.scopes.length === portal.ctx.config.keyScopes.length;
    const { credential, secret } = await create(portal.ctx, portal.verifier, {
      developerId,
      claimed,
      environment: wanted.environment ?? 'test',
      name: wanted.name || null,
      expiresInDays: wanted.expires_in_days || null,
      // All of those there are now means: those to come as well.
      scopes: all ? null : wanted.scopes,
      networks: wanted.networks ?? '',
    });
    portal.feed.touch(developerId);
    const live = credential.environment === 'live';
    return { what: 'created', id: credential.id, secret, live, oldEndsAt: null };
  }),
});

export const revealKey = defineAction({
  accept: 'form',
  input: z.object({ id: keyId }),
  handler: inWords(async ({ id }, { locals }): Promise<ShownKey> => {
    const secret = await reveal(locals.portal.ctx, { developerId: ownerOf(locals).developerId, id });
    return { what: 'revealed', id, secret, live: false, oldEndsAt: null };
  }),
});

export const rollKey = defineAction({
  accept: 'form',
  input: z.object({ id: keyId, overlap: z.enum(Object.keys(OVERLAPS) as [Overlap]).default(USUAL_OVERLAP) }),
  handler: inWords(async ({ id, overlap }, { locals }): Promise<ShownKey> => {
    const { ctx, verifier } = locals.portal;
    const { developerId } = ownerOf(locals);
    const { credential, secret, replaced } = await roll(ctx, verifier, { developerId, id, overlap });
    const live = credential.environment === 'live';
    return { what: 'rolled', id: credential.id, secret, live, oldEndsAt: replaced.endsAt };
  }),
});

export const revokeKey = defineAction({
  accept: 'form',
  input: z.object({ id: keyId }),
  handler: inWords(async ({ id }, { locals }) => {
    const { ctx, verifier } = locals.portal;
    const { developerId } = ownerOf(locals);
    return { revoked: await revokeCredential(ctx, verifier, { developerId, id }) };
  }),
});

function ownerOf({ visitor }: App.Locals): SessionOwner {
  if (!visitor) throw new Error('the policy lets callers in who are no developers');
  return visitor;
}
