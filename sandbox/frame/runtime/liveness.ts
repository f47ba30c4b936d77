/** What keeps the program alive, as Node's event loop would see it. */
export interface Liveness {
  /** Something is under way; call the answer once it is over (more often is harmless). */
  hold(): () => void;
  /** Keeps the program alive until the promise settles. */
  during<T>(promise: Promise<T>): Promise<T>;
  /** Resolves once nothing has been under way for `quietMs`. */
  idle(quietMs: number): Promise<void>;
}

const nativeSetTimeout = globalThis.setTimeout.bind(globalThis);

/**
 * Promises that the platform itself is working on cannot be counted, so the program ends only after it has been
 * quiet for a few turns of the loop.
 */
export function createLiveness(): Liveness {
  let held = 0;
  let changes = 0;
  const hold = () => {
    held += 1;
    changes += 1;
    let released = false;
    return () => {
      if (released) return;
      released = true;
      held -= 1;
      changes += 1;
    };
  };
  return {
    hold,
    during(promise) {
      const release = hold();
      promise.then(release, release);
      return promise;
    },
    async idle(quietMs) {
      let before = -1;
      do {
        before = changes;
        await new Promise((resolve) => nativeSetTimeout(resolve, quietMs));
      } while (held > 0 || before !== changes);
    },
  };
}
