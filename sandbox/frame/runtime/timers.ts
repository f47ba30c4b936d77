import type { Liveness } from './liveness.ts';

const native = {
  setTimeout: globalThis.setTimeout.bind(globalThis),
  setInterval: globalThis.setInterval.bind(globalThis),
  clear: globalThis.clearTimeout.bind(globalThis),
};

/** Node's timer object: it keeps the program alive unless `unref` says otherwise. */
interface Timer {
  ref(): Timer;
  unref(): Timer;
  hasRef(): boolean;
  [Symbol.toPrimitive](): number;
}

type Callback = (...args: unknown[]) => void;

/** `setTimeout` and its family, counted; they share one set of numbers, as in the platform. */
export function createTimers(liveness: Liveness) {
  const active = new Map<number, () => void>();

  const start = (repeat: boolean, callback: Callback, ms: number | undefined, args: unknown[]): Timer => {
    let release = liveness.hold();
    let referenced = true;
    const id = repeat
      ? native.setInterval(() => callback(...args), ms)
      : native.setTimeout(() => {
          active.delete(Number(id));
          try {
            callback(...args);
          } finally {
            release();
          }
        }, ms);
    active.set(Number(id), () => release());
    const timer: Timer = {
      ref() {
        if (!referenced && active.has(Number(id))) release = liveness.hold();
        referenced = true;
        return timer;
      },
      unref() {
        release();
        referenced = false;
        return timer;
      },
      hasRef: () => referenced,
      [Symbol.toPrimitive]: () => Number(id),
    };
    return timer;
  };

  const clear = (timer: Timer | number | undefined) => {
    if (timer === undefined || timer === null) return;
    const id = Number(timer);
    native.clear(id);
    active.get(id)?.();
    active.delete(id);
  };

  return {
    setTimeout: (callback: Callback, ms?: number, ...args: unknown[]) => start(false, callback, ms, args),
    setInterval: (callback: Callback, ms?: number, ...args: unknown[]) => start(true, callback, ms, args),
    setImmediate: (callback: Callback, ...args: unknown[]) => start(false, callback, 0, args),
    clearTimeout: clear,
    clearInterval: clear,
    clearImmediate: clear,
  };
}
