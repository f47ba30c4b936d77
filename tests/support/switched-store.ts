import type { StoreUsage } from '../../src/features/usage/store-usage.ts';
import type { PendingCall, UsageEvent } from '../../src/features/usage/usage-event.ts';

/** Stands where the database would, and is away when it is told to be. */
export interface SwitchedStore {
  store: StoreUsage;
  /** `lost`: it stores, and the news of it does not arrive. `silent`: it never answers. */
  state: 'there' | 'away' | 'lost' | 'silent';
  /** The ids it stored, in order, each once. */
  stored: string[];
  /** How many calls each transaction had. */
  batches: number[];
  /** While this is set, a transaction waits for it. */
  gate: Promise<void> | null;
}

/** What no database takes. */
export const POISON = 'poison';

export function switchedStore(): SwitchedStore {
  const known = new Set<string>();
  const it: SwitchedStore = { store, state: 'there', stored: [], batches: [], gate: null };

  async function store(calls: readonly PendingCall[]) {
    await it.gate;
    if (it.state === 'silent') await new Promise(() => {});
    if (it.state === 'away') throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    if (calls.some(({ id }) => id.startsWith(POISON))) {
      throw Object.assign(new Error('bad data'), { code: '22021' });
    }
    const fresh = calls.map(({ id }) => !known.has(id) && Boolean(known.add(id)));
    const events = calls.filter((_, at) => fresh[at]) as UsageEvent[];
    it.stored.push(...events.map(({ id }) => id));
    it.batches.push(calls.length);
    if (it.state === 'lost') throw Object.assign(new Error('gone'), { code: 'ECONNRESET' });
    const outcomes = fresh.map((isNew) => (isNew ? ('accepted' as const) : ('duplicate' as const)));
    return { outcomes, events, advanced: new Set<string>() };
  }
  return it;
}
