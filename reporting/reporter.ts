import { flushOnExit } from './flush-on-exit.ts';
import { sendBatch } from './send-batch.ts';
import { createIds, toEvent } from './to-event.ts';
import type { ReportedCall, Reporter, ReporterCounts, ReporterOptions } from './types.ts';

const BATCH = 1_000;
const MOST_PAUSE_MS = 60_000;
const CLOSE_WITHIN_MS = 2_000;
const COMPLAIN_EVERY_MS = 60_000;

/**
 * Reports calls of your API to the portal, in the background: they gather for a second and are sent together,
 * compressed, again and again until the portal has them. Each has an id, so that none counts twice. Nothing in here
 * throws into your API or makes it wait.
 */
export function createReporter(options: ReporterOptions): Reporter {
  const { everyMs = 1_000, mostWaiting = 10_000, timeoutMs = 10_000, retryMs = 1_000 } = options;
  const complain = options.onProblem ?? warnNowAndThen();
  const to = { url: `${options.portal.replace(/\/+$/, '')}/api/usage`, rootKey: options.rootKey, timeoutMs };
  const nextId = createIds();
  const counts = { sent: 0, rejected: 0, dropped: 0 };
  let waiting: string[] = [];
  let batchSize = BATCH;
  let failures = 0;
  let closed = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let sending: Promise<void> | undefined;

  function say(problem: string) {
    try {
      complain(problem);
    } catch {
      // Whoever listens for problems must not become one.
    }
  }

  function schedule(afterMs: number) {
    if (closed) return;
    timer ??= setTimeout(send, afterMs);
    (timer as { unref?: () => void }).unref?.();
  }

  function send() {
    clearTimeout(timer);
    timer = undefined;
    sending ??= sendWaiting().finally(() => {
      sending = undefined;
      if (waiting.length > 0) schedule(everyMs);
    });
    return sending;
  }

  /** Sends until nothing waits or the portal does not take it; then a timer goes on. */
  async function sendWaiting() {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchSize);
      const outcome = await sendBatch(to, batch);
      if (outcome.kind === 'later') {
        say(`Calls wait to be reported: ${outcome.problem}.`);
        schedule(outcome.afterMs ?? pause(retryMs, failures));
        failures += 1;
        return;
      }
      if (outcome.kind === 'too_large' && batch.length > 1) {
        batchSize = Math.ceil(batch.length / 2);
        continue;
      }
      // What was pushed out while the batch was under way is not there any more to be removed.
      const first = waiting.indexOf(batch.at(-1) ?? '') + 1;
      waiting = waiting.slice(first);
      failures = 0;
      if (outcome.kind === 'taken') {
        counts.sent += batch.length - outcome.rejected.length;
        counts.rejected += outcome.rejected.length;
        for (const { code, message } of outcome.rejected.slice(0, 1))
          say(`A call was refused: ${code}. ${message}`);
      } else {
        counts.dropped += batch.length;
        say(
          `${batch.length} calls were given up: ${outcome.kind === 'refused' ? outcome.problem : 'too large'}.`,
        );
      }
    }
  }

  function take(call: ReportedCall) {
    if (closed) return;
    waiting.push(JSON.stringify(toEvent(call, nextId())));
    if (waiting.length > mostWaiting) {
      const spare = Math.max(1, Math.floor(mostWaiting / 100));
      waiting = waiting.slice(spare);
      counts.dropped += spare;
      say(`${counts.dropped} calls were given up so far, because the portal does not take them.`);
    }
    if (failures > 0 || sending) return;
    if (waiting.length >= batchSize) void send();
    else schedule(everyMs);
  }

  const reporter: Reporter = {
    report(call) {
      try {
        take(call);
      } catch (error) {
        say(`A call could not be reported: ${error}.`);
      }
    },
    async flush(withinMs = CLOSE_WITHIN_MS) {
      await Promise.race([send(), after(withinMs)]);
    },
    async close() {
      stopListening();
      await reporter.flush();
      closed = true;
      clearTimeout(timer);
    },
    counts: (): ReporterCounts => ({ waiting: waiting.length, ...counts }),
  };
  const stopListening = flushOnExit(() => reporter.flush());
  return reporter;
}

/** A little shorter or longer each time, so that many servers do not come back at once. */
function pause(firstMs: number, failures: number): number {
  return Math.min(firstMs * 2 ** failures, MOST_PAUSE_MS) * (0.75 + Math.random() / 2);
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms) as { unref?: () => void };
    timer.unref?.();
  });
}

function warnNowAndThen(): (problem: string) => void {
  let quietUntil = 0;
  return (problem) => {
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + COMPLAIN_EVERY_MS;
    console.warn(`firstcall: ${problem}`);
  };
}
