import { type ApiFacts, type Rescue, rescue } from '../../features/rescue/rules.ts';
import type { SeenCall } from '../../features/usage/usage-event.ts';

const TIME = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZone: 'UTC',
});

/** `21 Nov, 12:03:07`, in UTC. */
export function sayTime(at: number): string {
  return TIME.format(at);
}

/** Whether the call did what it was for, as a word for styling and for filters. */
export function outcomeOf({ status, ok }: Pick<SeenCall, 'status' | 'ok'>): 'ok' | 'failed' | 'throttled' {
  if (status === 429) return 'throttled';
  return status >= 400 || ok === false ? 'failed' : 'ok';
}

/** What a failing call's cause is, and the line to have instead; null where there is nothing to explain. */
export function explain(call: SeenCall, api: ApiFacts): Rescue | null {
  if (call.status < 400) return null;
  return rescue({ ...call, error_code: call.errorCode }, api);
}

/** Where a code is explained. */
export function helpFor(code: string | null): string {
  return `/guides/errors/${code ? `#${code}` : ''}`;
}
