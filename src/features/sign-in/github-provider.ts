import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  Configuration,
  calculatePKCECodeChallenge,
  fetchProtectedResource,
} from 'openid-client';
import { z } from 'zod';
import { allowPlainHttp } from './plain-http.ts';
import { PROVIDER_TIMEOUT_S, type Provider } from './provider.ts';

export interface GitHub {
  /** `https://github.com`, or a GitHub Enterprise Server. */
  url: string;
  clientId: string;
  clientSecret: string;
}

const user = z.object({ id: z.int(), login: z.string().min(1).max(200) });

/**
 * GitHub speaks OAuth 2.0 without OpenID Connect: no nonce and no ID token, so who it is comes from its API. It is
 * the number that names an account; logins change hands.
 */
export function gitHubProvider({ url, clientId, clientSecret }: GitHub): Provider {
  const api = url === 'https://github.com' ? 'https://api.github.com' : `${url}/api/v3`;
  const config = new Configuration(
    {
      issuer: url,
      authorization_endpoint: `${url}/login/oauth/authorize`,
      token_endpoint: `${url}/login/oauth/access_token`,
    },
    clientId,
    clientSecret,
  );
  config.timeout = PROVIDER_TIMEOUT_S;
  if (url.startsWith('http:')) allowPlainHttp(config);
  return {
    id: 'github',
    name: 'GitHub',
    async ask({ redirectUri, state, verifier }) {
      return buildAuthorizationUrl(config, {
        redirect_uri: redirectUri,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      });
    },
    async identify(answer, { state, verifier }) {
      const tokens = await authorizationCodeGrant(config, answer, {
        expectedState: state,
        pkceCodeVerifier: verifier,
      });
      const headers = new Headers({ Accept: 'application/vnd.github+json', 'User-Agent': 'firstcall' });
      const profile = await fetchProtectedResource(
        config,
        tokens.access_token,
        new URL(`${api}/user`),
        'GET',
        undefined,
        headers,
      );
      if (!profile.ok) throw new Error(`GitHub answered ${profile.status} to who it is`);
      const { id, login } = user.parse(await profile.json());
      return { issuer: url, subject: String(id), label: login, email: null };
    },
  };
}
