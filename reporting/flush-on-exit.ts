const SIGNALS = ['SIGTERM', 'SIGINT'];

/** What Node, Deno and Bun have of a process; elsewhere there is none. */
interface Process {
  pid: number;
  on(event: string, listener: () => void): unknown;
  off(event: string, listener: () => void): unknown;
  listenerCount(event: string): number;
  kill(pid: number, signal: string): unknown;
}

/**
 * Calls `flush` when the process is about to end. A signal ends it as it would have, a moment later; where your own
 * code listens for the signal, too, it decides. Returns how to stop listening.
 */
export function flushOnExit(flush: () => Promise<void>): () => void {
  const { process } = globalThis as { process?: Process };
  if (typeof process?.on !== 'function') return () => {};
  const listeners = new Map<string, () => void>([['beforeExit', once(() => void flush())]]);
  for (const signal of SIGNALS) {
    const leave = async () => {
      await flush();
      process.off(signal, listener);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    const listener = once(() => void leave());
    listeners.set(signal, listener);
  }
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}

function once(work: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    work();
  };
}
