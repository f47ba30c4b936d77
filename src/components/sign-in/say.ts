import type { ClaimPreview } from '../../features/claims/claim-link.ts';
import { sayMoment } from '../insights/say.ts';

const plural = (n: number, thing: string) => `${n.toLocaleString('en')} ${thing}${n === 1 ? '' : 's'}`;

/** `2 keys and 14 calls since 21 Nov 2026, 12:00 UTC` */
export function sayBelongings({ keys, calls, begunAt }: ClaimPreview): string {
  return `${plural(keys.length, 'key')} and ${plural(calls, 'call')} since ${sayMoment(begunAt)}`;
}
