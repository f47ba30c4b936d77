import type { CredentialRow } from './credential-store.ts';
import { type Networks, toNetworks } from './networks.ts';

/** What a call may know of the credential it was made with. */
export interface VerifiedCredential {
  id: string;
  developerId: string;
  environment: string;
  origin: string;
  hash: string;
  /** What it may do; null: everything. */
  scopes: readonly string[] | null;
  /** Where it may be used from; null: anywhere. */
  networks: Networks | null;
}

export function toVerified(row: CredentialRow): VerifiedCredential {
  return {
    id: row.id,
    developerId: row.developer_id,
    environment: row.environment,
    origin: row.origin,
    hash: row.hash,
    scopes: row.scopes === null ? null : row.scopes.split(' '),
    networks: row.networks === null ? null : toNetworks(row.networks),
  };
}
