import type { OutputChunk } from '../../engine.ts';
import { createOutputLimit } from '../../output-limit.ts';

const FLUSH_CHARS = 32_768;
const FLUSH_MS = 16;
/** The first lines go out one by one, so that a short program which then never yields has said all it said. */
const EAGER_FLUSHES = 200;

/** The platform's own: the program's timers are counted, and it may replace them. */
const laterNative = globalThis.setTimeout.bind(globalThis);

export interface Output {
  write(stream: OutputChunk['stream'], text: string): void;
  flush(): void;
  readonly droppedBytes: number;
}

/**
 * Gathers output into few messages, in the order it was printed. A program that never yields still gets its output
 * out, because a write flushes by itself once enough text or time has passed.
 */
export function createOutput(emit: (chunks: OutputChunk[]) => void, limitBytes: number): Output {
  const limit = createOutputLimit(limitBytes);
  let pending: OutputChunk[] = [];
  let pendingChars = 0;
  let scheduled = false;
  let flushedAt = 0;
  let flushes = 0;

  const flush = () => {
    scheduled = false;
    flushedAt = performance.now();
    if (pending.length === 0) return;
    flushes += 1;
    emit(pending);
    pending = [];
    pendingChars = 0;
  };

  return {
    flush,
    write(stream, text) {
      const admitted = limit.admit({ stream, text });
      if (admitted) {
        const last = pending.at(-1);
        if (last?.stream === stream) last.text += admitted.text;
        else pending.push(admitted);
        pendingChars += admitted.text.length;
      } else if (pending.length === 0) return;
      const isDue = pendingChars > FLUSH_CHARS || performance.now() - flushedAt > FLUSH_MS;
      if (isDue || flushes < EAGER_FLUSHES) flush();
      else if (!scheduled) {
        scheduled = true;
        laterNative(flush, FLUSH_MS);
      }
    },
    get droppedBytes() {
      return limit.droppedBytes;
    },
  };
}
