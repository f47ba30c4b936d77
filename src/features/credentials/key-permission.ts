import type { VerifiedCredential } from './verified-credential.ts';

/** What a call with a working key wants. */
export interface WantedCall {
  /** Where it comes from; null when nobody said. */
  address: string | null;
  /** What it needs a scope for. */
  scopes: readonly string[];
}

export type Prohibition = { code: 'wrong_network' } | { code: 'insufficient_scope'; missing: string[] };

/** Null when the key may do it. A key without a list of networks or scopes is not limited by them. */
export function prohibits(credential: VerifiedCredential, wanted: WantedCall): Prohibition | null {
  const { networks, scopes } = credential;
  if (networks !== null && (wanted.address === null || !networks.has(wanted.address))) {
    return { code: 'wrong_network' };
  }
  const missing = scopes === null ? [] : wanted.scopes.filter((scope) => !scopes.includes(scope));
  return missing.length > 0 ? { code: 'insufficient_scope', missing } : null;
}
