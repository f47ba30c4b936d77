import type { ProviderName } from '../../features/sign-in/provider.ts';

/** What sort of way in it is, by the issuer of its identity: the provider's own name where it is configured. */
export function sayWay(issuer: string, providers: readonly ProviderName[]): string {
  if (issuer === 'email') return 'Link by e-mail';
  if (issuer === 'passkey') return 'Passkey';
  const provider = providers.find((one) => one.issuer === issuer);
  if (provider) return provider.name;
  return URL.canParse(issuer) ? new URL(issuer).host : issuer;
}
