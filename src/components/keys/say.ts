import { sayDuration } from '../../duration.ts';
import type { KeyLine } from '../../features/credentials/list-keys.ts';

const DOORS: Readonly<Record<string, string>> = {
  sandbox: 'sandbox',
  try_it: 'reference page',
  own_machine: 'own machine',
  agent: 'agent',
  ci: 'CI',
};

/** The place a key was made for. */
export function sayDoor(origin: string): string {
  return DOORS[origin] ?? origin;
}

/** What limits a key, in few words; empty for one that nothing limits. */
export function sayLimits({ scopes, networks }: Pick<KeyLine, 'scopes' | 'networks'>): string[] {
  return [
    ...(scopes === null ? [] : [`only ${scopes.join(', ')}`]),
    ...(networks === null ? [] : [`from ${networks.map(sayNetwork).join(', ')}`]),
  ];
}

/** A single address is written as one. */
function sayNetwork(network: string): string {
  return network.replace(/(?<=\.\d+)\/32$|(?<=:.*)\/128$/, '');
}

/** When a working key ends: `in 22 h`. */
export function sayEnd(endsAt: number | null, now: number): string {
  return endsAt === null ? 'never' : `in ${sayDuration(Math.max(0, endsAt - now))}`;
}

/** Why a key works no more. */
export function sayEnded(state: KeyLine['state']): string {
  return state === 'replaced' ? 'rolled' : state;
}

export const OVERLAP_WORDS = {
  now: 'ends now',
  '15m': 'works for 15 more minutes',
  '1h': 'works for another hour',
  '24h': 'works for another day',
} as const;
