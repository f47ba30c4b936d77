import type { Config } from '../../config.ts';
import { gitHubProvider } from './github-provider.ts';
import { openIdProvider } from './openid-provider.ts';
import { GOOGLE, listProviders, type Provider, type ProviderId } from './provider.ts';

/** The providers that are configured. What they remember of the other side lasts as long as the portal. */
export type Providers = ReadonlyMap<string, Provider>;

export function createProviders(config: Config): Providers {
  const create: Record<ProviderId, (name: string) => Provider> = {
    github: () =>
      gitHubProvider({
        url: config.githubUrl,
        clientId: config.githubClientId ?? '',
        clientSecret: config.githubClientSecret ?? '',
      }),
    google: (name) =>
      openIdProvider({
        id: 'google',
        name,
        issuer: GOOGLE,
        clientId: config.googleClientId ?? '',
        clientSecret: config.googleClientSecret ?? '',
        authoritative: false,
      }),
    oidc: (name) =>
      openIdProvider({
        id: 'oidc',
        name,
        issuer: config.oidcIssuer ?? '',
        clientId: config.oidcClientId ?? '',
        clientSecret: config.oidcClientSecret ?? '',
        authoritative: config.oidcAuthoritative,
      }),
  };
  return new Map(listProviders(config).map(({ id, name }) => [id, create[id](name)]));
}
