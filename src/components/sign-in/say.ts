import type { ClaimPreview } from '../../features/claims/claim-link.ts';
import { sayMoment } from '../insights/say.ts';

const plural = (n: number, thing: string) => `${n.toLocaleString('en')} ${thing}${n === 1 ? '' : 's'}`;

/** `2 keys and 14 calls since 21 Nov 2026, 12:00 UTC`. */
export function sayBelongings({ keys, calls, begunAt }: ClaimPreview): string {
  const counted = [plural(keys.length, 'key'), ...(calls > 0 ? [plural(calls, 'call')] : [])];
  return `${counted.join(' and ')} since ${sayMoment(begunAt)}`;
}
