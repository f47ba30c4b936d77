/**
 * Calls `flush` when the process is about to end. A signal ends it as it would have, a moment later; where your own
 * code listens for the signal, too, it decides. Returns how to stop listening.
 */
export declare function flushOnExit(flush: () => Promise<void>): () => void;
