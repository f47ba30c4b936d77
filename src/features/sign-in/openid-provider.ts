import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
} from 'openid-client';
import { allowPlainHttp } from './plain-http.ts';
import { PROVIDER_TIMEOUT_S, type Provider, type ProviderId, type ProviderIdentity } from './provider.ts';

const CLOCK_SKEW_S = 30;

export interface OpenIdProvider {
  id: ProviderId;
  name: string;
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Whether it hands out the addresses it names, as a company's own provider does. */
  authoritative: boolean;
}

/** Any OpenID Connect provider: code flow with PKCE, state and nonce, and an ID token whose signature is checked. */
export function openIdProvider({ id, name, issuer, authoritative, ...client }: OpenIdProvider): Provider {
  const configuration = remembered(() => discover(issuer, client.clientId, client.clientSecret));
  return {
    id,
    name,
    async ask({ redirectUri, state, nonce, verifier, maxAge }) {
      return buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUri,
        scope: 'openid email profile',
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...(maxAge !== null && { max_age: String(maxAge) }),
      });
    },
    async identify(answer, { state, nonce, verifier, maxAge }) {
      const config = await configuration();
      const tokens = await authorizationCodeGrant(config, answer, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw new Error('the provider sent no ID token');
      if (maxAge !== null) requireRecent(claims.auth_time, maxAge);
      return identityOf(await withProfile(config, tokens.access_token, claims), authoritative);
    },
  };
}

async function discover(issuer: string, clientId: string, clientSecret: string): Promise<Configuration> {
  // The signature is checked although TLS already says who sent the token: a proxy in between may be wrong, too.
  const steps = [enableNonRepudiationChecks, ...(issuer.startsWith('http:') ? [allowPlainHttp] : [])];
  return discovery(new URL(issuer), clientId, clientSecret, undefined, {
    execute: steps,
    timeout: PROVIDER_TIMEOUT_S,
  });
}

/** Asked for once; a failure is not remembered, because a provider that was away comes back. */
function remembered<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

/** Not every provider keeps to `max_age`, or says when it last asked; one that says so is held to it. */
function requireRecent(authTime: number | undefined, maxAge: number): void {
  if (authTime !== undefined && authTime + maxAge + CLOCK_SKEW_S < Date.now() / 1_000) {
    throw new Error('the provider did not ask the person again');
  }
}

/** What a provider says of a person; nothing but the first two has to be there, or has to be of a certain type. */
interface Claims {
  iss: string;
  sub: string;
  email?: unknown;
  email_verified?: unknown;
  name?: unknown;
  preferred_username?: unknown;
}

/** Some providers tell the address only when asked for it. The answer must be about the same person. */
async function withProfile(config: Configuration, accessToken: string, claims: Claims): Promise<Claims> {
  if (claims.email !== undefined || !config.serverMetadata().userinfo_endpoint) return claims;
  const profile = await fetchUserInfo(config, accessToken, claims.sub);
  return { ...profile, iss: claims.iss, sub: claims.sub };
}

function identityOf(claims: Claims, authoritative: boolean): ProviderIdentity {
  const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null);
  const email = text(claims.email);
  return {
    issuer: claims.iss,
    subject: claims.sub,
    label: (email ?? text(claims.preferred_username) ?? text(claims.name) ?? claims.sub).slice(0, 200),
    email: authoritative && email && claims.email_verified === true ? email.trim().toLowerCase() : null,
  };
}
