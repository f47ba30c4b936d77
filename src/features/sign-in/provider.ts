import type { Config } from '../../config.ts';

/** What has to come back unchanged, and what proves that whoever comes back is who went. */
export interface Question {
  redirectUri: string;
  state: string;
  nonce: string;
  /** Of PKCE, as plain text; the provider is told its hash. */
  verifier: string;
  /** Asks for a proof no older than this, in seconds, from somebody who is signed in here; null from anybody else. */
  maxAge: number | null;
}

/** Whom a provider vouches for. (issuer, subject) names them; the rest is for people to read. */
export interface ProviderIdentity {
  issuer: string;
  subject: string;
  label: string;
  /** An address that the provider has verified, normalised; only of one whose word counts for addresses. */
  email: string | null;
}

/** Where else somebody can prove who they are. */
export interface Provider {
  id: ProviderId;
  /** As a button says it: "Continue with …". */
  name: string;
  /** Where the browser goes. Rejects when the provider cannot be reached. */
  ask(question: Question): Promise<URL>;
  /**
   * Who came back, from the address the browser came back to. Rejects for every answer that does not hold: another
   * state, nonce, issuer or signature, a code that was used, a provider out of reach.
   */
  identify(answer: URL, question: Question): Promise<ProviderIdentity>;
}

export const PROVIDER_IDS = ['github', 'google', 'oidc'] as const;
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** A provider's button: those that are configured, in the order in which they are shown. */
export interface ProviderName {
  id: ProviderId;
  name: string;
  /** Of the identities that it vouches for. */
  issuer: string;
}

export const GOOGLE = 'https://accounts.google.com';

export function listProviders(config: Config): ProviderName[] {
  return [
    ...(config.oidcClientId
      ? [{ id: 'oidc' as const, name: config.oidcName, issuer: config.oidcIssuer ?? '' }]
      : []),
    ...(config.githubClientId ? [{ id: 'github' as const, name: 'GitHub', issuer: config.githubUrl }] : []),
    ...(config.googleClientId ? [{ id: 'google' as const, name: 'Google', issuer: GOOGLE }] : []),
  ];
}

/** A provider that does not answer within this is out of reach; a person is waiting. */
export const PROVIDER_TIMEOUT_S = 10;
