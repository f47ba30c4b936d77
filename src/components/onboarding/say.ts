import { sayDuration } from '../../duration.ts';
import type { ObservedCall, ReachedMilestone } from '../../features/milestones/progress-schema.ts';
import type { LinkAnswer } from '../../features/sign-in/link-schema.ts';

/** What the page says once, when the first call has just been seen: how long it took, and what comes next. */
export function sayMoment(call: ReachedMilestone, nextStep: string | undefined): string {
  const answered = `Your first call answered in ${sayDuration(call.duration_ms)}.`;
  return nextStep ? `${answered} Next: ${nextStep.charAt(0).toLowerCase()}${nextStep.slice(1)}.` : answered;
}

export type SeenCall = Pick<ObservedCall, 'method' | 'route' | 'status' | 'error_code'>;

/** What the waiting line says about a call that the gateway saw. */
export function saySeen(call: SeenCall): string {
  const seen = `Seen: ${call.method} ${call.route} ${call.status} from your machine`;
  if (call.status < 400) return `${seen}.`;
  return `${seen}${call.error_code ? `, ${call.error_code}` : ''}. Still waiting for one that succeeds…`;
}

/** Until when a key works, in the reader's own time. */
export function sayExpiry(expiresAt: string | null): string {
  if (!expiresAt) return 'It works until you revoke it.';
  const when = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' });
  return `It works until ${when.format(new Date(expiresAt))}, or for 14 days once it has been used.`;
}

/** Until when a command works, as a clock on the wall says it. */
export function sayUntil(expiresAt: string): string {
  return `until ${new Date(expiresAt).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })}`;
}

/** What became of the mail with the link; the same whether somebody has the address or not. */
export function sayLink({ email, delivery }: LinkAnswer): string {
  if (delivery === 'sent')
    return `A link is on its way to ${email}. Open it in this browser; it works once, for 30 minutes.`;
  if (delivery === 'kept')
    return `This portal has no mail server. The link for ${email} is in its log and in the folder outbox of its data, for whoever runs it.`;
  if (delivery === 'waiting')
    return `The mail server does not answer at the moment. The link to ${email} is kept and sent as soon as it does; its 30 minutes begin then.`;
  return `The mail server does not take mail for ${email}. Check the address, then try again.`;
}
