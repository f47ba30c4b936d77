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

/** A tick in which the program blocked the thread counts no more than any other. */
const TICK_MS = 50;

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
      const ticksNeeded = Math.ceil(quietMs / TICK_MS);
      let quietTicks = 0;
      while (quietTicks < ticksNeeded) {
        const before = changes;
        await new Promise((resolve) => nativeSetTimeout(resolve, Math.min(quietMs, TICK_MS)));
        quietTicks = held === 0 && before === changes ? quietTicks + 1 : 0;
      }
    },
  };
}

const BODY_READS = ['text', 'json', 'arrayBuffer', 'blob', 'bytes', 'formData'];

/** Reading a body and cryptography are work of the platform that Node would wait for. */
export function countPlatformWork(liveness: Liveness): void {
  for (const kind of [Response, Request, Blob]) countCalls(kind.prototype, BODY_READS, liveness);
  // Only there in secure contexts.
  const subtle: object | undefined = globalThis.SubtleCrypto?.prototype;
  if (subtle) countCalls(subtle, Object.keys(Object.getOwnPropertyDescriptors(subtle)), liveness);
}

function countCalls(prototype: object, names: string[], liveness: Liveness): void {
  for (const name of names) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
    const original: unknown = descriptor?.value;
    if (typeof original !== 'function' || name === 'constructor') continue;
    const counted = function (this: unknown, ...args: unknown[]) {
      return liveness.during(original.apply(this, args));
    };
    Object.defineProperty(prototype, name, { ...descriptor, value: counted });
  }
}
