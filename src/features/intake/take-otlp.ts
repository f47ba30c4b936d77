import { type IntakeParts, intake } from './intake.ts';
import { toReportedEvents } from './otlp-events.ts';
import type { OtlpRecord, OtlpSignal } from './otlp-messages.ts';
import { MOST_EVENTS } from './usage-report.ts';

export interface OtlpTaken {
  /** Calls that cannot be counted, however often they are sent. */
  rejected: number;
  /** Of the first of them; empty when there is none. */
  reason: string;
}

/**
 * Stores the calls among spans or log records. One that is there already under the same id is no failure: exporters
 * send again, and a span and a log record may tell of the same call. Throws what `intake` throws.
 */
export async function takeOtlp(
  parts: IntakeParts,
  { signal, records, source }: { signal: OtlpSignal; records: readonly OtlpRecord[]; source: string },
): Promise<OtlpTaken> {
  const events = toReportedEvents(signal, records);
  let rejected = 0;
  let reason = '';
  for (let at = 0; at < events.length; at += MOST_EVENTS) {
    const batch = events.slice(at, at + MOST_EVENTS);
    const { results } = await intake(parts, { source, backfill: false, events: batch });
    for (const { status, code, message = '', id } of results) {
      if (status !== 'rejected' || code === 'id_reused') continue;
      rejected += 1;
      reason ||= `${id}: ${code}. ${message}`;
    }
  }
  return { rejected, reason };
}
