import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'undici';
import type { UsageAnswer } from '../../src/features/intake/usage-report.ts';

/** Programs that report calls as fast as they are answered, each event under an id of its own. */
export interface Senders {
  /** Of the first unanswered report on, without a pause between them, until `stop`. */
  start(): void;
  /** No new reports. Resolves when every one that was begun is acknowledged. */
  stop(): Promise<void>;
  counts: SenderCounts;
}

export interface SenderCounts {
  /** Events of reports that were answered with 200 or 202. */
  acknowledged: number;
  /** Of these, those that were answered with 202. */
  spooled: number;
  /** Events that were there already when a report was sent again. */
  duplicates: number;
  /** Reports that were refused or cut off and sent again. */
  repeated: number;
  /** Milliseconds from the first sending of each acknowledged report to its answer. */
  latencies: number[];
}

export interface SendersOptions {
  url: string;
  rootKeys: readonly string[];
  credentialIds: readonly string[];
  senders: number;
  batch: number;
  /** Reports per second of all senders together; without it as many as are answered. */
  perSecond?: number;
  /** Begins the ids, so that several runs on one database do not meet. */
  run?: string;
}

const AGAIN_MS = 20;
const ID_DIGITS = 12;

export function createSenders(options: SendersOptions): Senders {
  const { senders, perSecond } = options;
  const counts: SenderCounts = { acknowledged: 0, spooled: 0, duplicates: 0, repeated: 0, latencies: [] };
  let stopping = false;
  let running: Promise<unknown> = Promise.resolve();
  const pauseMs = perSecond === undefined ? 0 : (1_000 * senders) / perSecond;

  async function send(sender: number): Promise<void> {
    const next = createReports(options, sender);
    const client = new Client(options.url, { pipelining: 1 });
    const rootKey = options.rootKeys[sender % options.rootKeys.length] ?? '';
    const headers = { Authorization: `Bearer ${rootKey}`, 'Content-Type': 'application/json' };
    let dueAt = performance.now() + pauseMs * Math.random();
    while (!stopping) {
      if (pauseMs > 0) await delay(Math.max(0, dueAt - performance.now()));
      dueAt += pauseMs;
      const body = next();
      const begunAt = performance.now();
      while (!(await report(client, headers, body))) await delay(AGAIN_MS);
      counts.latencies.push(performance.now() - begunAt);
    }
    await client.close();
  }

  /** Whether it was acknowledged. */
  async function report(client: Client, headers: Record<string, string>, body: string): Promise<boolean> {
    try {
      const response = await client.request({ path: '/api/usage', method: 'POST', headers, body });
      const text = await response.body.text();
      if (response.statusCode !== 200 && response.statusCode !== 202) {
        if (![429, 503].includes(response.statusCode))
          throw new WrongAnswer(`${response.statusCode} ${text}`);
        counts.repeated += 1;
        return false;
      }
      const answer = JSON.parse(text) as UsageAnswer;
      if (answer.rejected > 0 || answer.accepted + answer.duplicates !== options.batch)
        throw new WrongAnswer(text);
      counts.acknowledged += options.batch;
      counts.duplicates += answer.duplicates;
      if (answer.waiting) counts.spooled += answer.accepted;
      return true;
    } catch (error) {
      if (error instanceof WrongAnswer) throw error;
      counts.repeated += 1;
      return false;
    }
  }

  return {
    counts,
    start() {
      stopping = false;
      running = Promise.all(Array.from({ length: senders }, (_, n) => send(n)));
      running.catch(() => {});
    },
    async stop() {
      stopping = true;
      await running;
    },
  };
}

/** An answer that no sender should ever get. */
class WrongAnswer extends Error {}

/** The bodies of one sender's reports, one after the other. */
function createReports({ credentialIds, batch, run = 'r' }: SendersOptions, sender: number): () => string {
  let sent = 0;
  let credential = sender;
  const timestamp = new Date().toISOString();
  return () => {
    let events = '';
    for (let n = 0; n < batch; n += 1) {
      const id = `${run}-${String(sent).padStart(ID_DIGITS, '0')}-${sender}`;
      const key = credentialIds[credential % credentialIds.length];
      sent += 1;
      credential += sent % 10 === 0 ? 1 : 0;
      const status = sent % 20 === 0 ? 422 : 201;
      events += `${n === 0 ? '' : ','}{"id":"${id}","key_id":"${key}","timestamp":"${timestamp}","method":"POST","path":"/v1/messages/${sent}","status":${status},"duration_ms":12.5,"user_agent":"node","request_id":"req_${sent}"}`;
    }
    return `{"events":[${events}]}`;
  };
}
