import type { UsageRecorder } from '../usage/record-usage.ts';
import type { Client, PendingCall } from '../usage/usage-event.ts';
import type { Action } from './actions.ts';
import type { SimulatedDeveloper } from './developer.ts';
import { mix } from './random.ts';

/** Calls on their way to the portal, sent together. */
export interface Post {
  add(owner: SimulatedDeveloper, report: Action & { kind: 'report' }, credentialId: string): Promise<void>;
  /** Sends what has waited for long enough by the simulated clock. */
  sendDue(now: number): Promise<void>;
  send(): Promise<void>;
  counts(): { calls: number; duplicates: number };
}

const TOGETHER = 5_000;
/** Later than a day after, nobody would look again at whether an integration is live. */
const LONGEST_MS = 20 * 3_600_000;

const CLIENTS: Readonly<Record<string, Client>> = {
  javascript: 'javascript',
  typescript: 'javascript',
  python: 'python',
  curl: 'curl',
};

/** Reports to the portal as the program does that holds this root key. */
export function createPost(usage: Pick<UsageRecorder, 'report'>, source: string): Post {
  let waiting: PendingCall[] = [];
  let since = Number.POSITIVE_INFINITY;
  const counts = { calls: 0, duplicates: 0 };
  /** A repeat is a repeat only with the key that the call was made with. */
  const keysOfRepeats = new Map<string, string>();

  async function send(): Promise<void> {
    if (waiting.length === 0) return;
    const calls = waiting;
    waiting = [];
    since = Number.POSITIVE_INFINITY;
    const fates = await usage.report(source, calls);
    if (fates === 'spooled') throw new Error('The database does not take what it is fed.');
    for (const fate of fates) {
      if (fate === 'accepted') counts.calls += 1;
      else if (fate === 'duplicate') counts.duplicates += 1;
      else throw new Error(`A simulated call was refused: ${fate}.`);
    }
  }

  return {
    async add(owner, { at, delivery: { call, n, occurredAt, repeated } }, credentialId) {
      const id = `demo_${owner.index}_${n}`;
      const key = keysOfRepeats.get(id) ?? credentialId;
      if (repeated && !keysOfRepeats.delete(id)) keysOfRepeats.set(id, key);
      waiting.push({
        id,
        credentialId: key,
        receivedAt: call.at,
        occurredAt,
        method: call.method,
        route: call.route,
        status: call.status,
        ok: null,
        durationMs: call.durationMs,
        errorCode: call.errorCode,
        clue: null,
        client: call.door === 'page' ? 'javascript' : (CLIENTS[owner.language] ?? 'other'),
        admitted: call.status !== 401,
        requestId: null,
        source,
        fingerprint: mix(owner.index, n),
      });
      since = Math.min(since, at);
      if (waiting.length >= TOGETHER) await send();
    },
    async sendDue(now) {
      if (now - since >= LONGEST_MS) await send();
    },
    send,
    counts: () => counts,
  };
}
