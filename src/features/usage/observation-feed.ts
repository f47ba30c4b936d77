import type { UsageEvent } from './usage-event.ts';

/** What a listener is told: calls that are on disk, or that a milestone may have changed. */
export type Observation = { type: 'calls'; calls: UsageEvent[] } | { type: 'progress' };
type Listener = (observation: Observation) => void;

export interface ObservationFeed {
  /** Hears of one developer until the returned function is called. */
  listen(developerId: string, listener: Listener): () => void;
  /** Tells the listeners of a stored batch. O(batch) when somebody listens, nothing otherwise. */
  publish(events: UsageEvent[], advanced: Set<string>): void;
  /** Tells one developer's listeners to look again. */
  touch(developerId: string): void;
  /** How many listen at the moment. */
  listening(): number;
}

export function createObservationFeed(): ObservationFeed {
  const listeners = new Map<string, Set<Listener>>();
  const tell = (developerId: string, observation: Observation) => {
    for (const listener of listeners.get(developerId) ?? []) listener(observation);
  };
  return {
    listen(developerId, listener) {
      const own = listeners.get(developerId) ?? new Set();
      listeners.set(developerId, own.add(listener));
      return () => {
        own.delete(listener);
        if (own.size === 0) listeners.delete(developerId);
      };
    },
    publish(events, advanced) {
      if (listeners.size === 0) return;
      const heard = Map.groupBy(
        events.filter((event) => listeners.has(event.developerId)),
        (event) => event.developerId,
      );
      for (const [developerId, calls] of heard) tell(developerId, { type: 'calls', calls });
      for (const developerId of advanced) tell(developerId, { type: 'progress' });
    },
    touch: (developerId) => tell(developerId, { type: 'progress' }),
    listening: () => [...listeners.values()].reduce((sum, own) => sum + own.size, 0),
  };
}
