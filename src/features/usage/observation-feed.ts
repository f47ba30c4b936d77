import type { Elsewhere } from './follow-elsewhere.ts';
import type { Touches } from './tell-touches.ts';
import type { SeenCall, UsageEvent } from './usage-event.ts';

/** What a listener is told: calls that are on disk, that a milestone may have changed, or to listen elsewhere. */
export type Observation = { type: 'calls'; calls: SeenCall[] } | { type: 'progress' } | { type: 'goodbye' };
type Listener = (observation: Observation) => void;
export type Tell = (developerId: string, observation: Observation) => void;

export interface ObservationFeed {
  /** Hears of one developer until the returned function is called. */
  listen(developerId: string, listener: Listener): () => void;
  /** Settles when whatever happens from now on, in any process, will be told to those who listen already. */
  ready(developerId: string): Promise<void>;
  /** Tells the listeners of a stored batch. O(batch) when somebody listens, nothing otherwise. */
  publish(events: UsageEvent[], advanced: Set<string>): void;
  /** Tells one developer's listeners to look again, wherever they are. */
  touch(developerId: string): void;
  /** How many listen at the moment. */
  listening(): number;
  /** Asks everybody who listens to do so at another process. */
  dismiss(): void;
  close(): Promise<void>;
}

/** What other processes on the same database do. */
export interface Others {
  follow(tell: Tell): Elsewhere;
  tellTouches(onTouch: (developerId: string) => void): Touches;
}

/** `others`: null where this process is the only one. */
export function createObservationFeed(others: Others | null): ObservationFeed {
  const listeners = new Map<string, Set<Listener>>();
  const tell: Tell = (developerId, observation) => {
    for (const listener of listeners.get(developerId) ?? []) listener(observation);
  };
  const elsewhere = others?.follow(tell);
  const touches = others?.tellTouches((developerId) => tell(developerId, { type: 'progress' }));
  return {
    listen(developerId, listener) {
      const own = listeners.get(developerId) ?? new Set();
      if (own.size === 0) elsewhere?.begin(developerId);
      listeners.set(developerId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size > 0) return;
        listeners.delete(developerId);
        elsewhere?.end(developerId);
      };
    },
    ready: async (developerId) => elsewhere?.ready(developerId),
    publish(events, advanced) {
      if (listeners.size === 0) return;
      const heard = Map.groupBy(
        events.filter((event) => listeners.has(event.developerId)),
        (event) => event.developerId,
      );
      for (const [developerId, stored] of heard) {
        const calls = elsewhere ? elsewhere.storedHere(developerId, stored) : stored;
        if (calls.length > 0) tell(developerId, { type: 'calls', calls });
      }
      for (const developerId of advanced) tell(developerId, { type: 'progress' });
    },
    touch(developerId) {
      tell(developerId, { type: 'progress' });
      touches?.touch(developerId);
    },
    listening: () => [...listeners.values()].reduce((sum, own) => sum + own.size, 0),
    dismiss() {
      for (const developerId of [...listeners.keys()]) tell(developerId, { type: 'goodbye' });
    },
    async close() {
      await elsewhere?.close();
      await touches?.close();
    },
  };
}
