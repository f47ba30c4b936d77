import { setTimeout as delay } from 'node:timers/promises';
import PQueue from 'p-queue';
import pg from 'pg';
import type { Logger } from 'pino';

/** What processes announce to each other, on a connection that does nothing else. */
export interface Listener {
  /**
   * Tells every process that listens, this one among them. Rejects while there is no connection; then nobody was told.
   * Not for what has to be told with a commit: that is a statement of its transaction.
   */
  announce(channel: string, payloads: readonly string[]): Promise<void>;
  /** Whether everything that was announced until two seconds ago is known to have arrived. */
  upToDate(): boolean;
  /** Grows when announcements may have been missed: what was known before has to be asked for again. */
  epoch(): number;
  /** Settles when listening has begun, or has failed for the first time. */
  started: Promise<void>;
  close(): Promise<void>;
}

export interface ListenOptions {
  url: string;
  channels: readonly [string, ...string[]];
  log: Logger;
  onNotice(channel: string, payload: string): void;
}

/**
 * A connection can be dead for minutes before TCP says so. An answered question proves that whatever was announced
 * before it was asked has arrived, because both come through the same connection in order.
 */
const ASK_EVERY_MS = 500;
const PROOF_LASTS_MS = 2_000;
const ANSWER_WITHIN_MS = 5_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/** Listens on Postgres until it is closed, and connects again whenever the connection is lost. */
export function listenOnPostgres({ url, channels, log, onNotice }: ListenOptions): Listener {
  const stopped = new AbortController();
  const first = Promise.withResolvers<void>();
  let provenAt = Number.NEGATIVE_INFINITY;
  let epoch = 0;
  let connected: pg.Client | null = null;
  /** What is asked and what is announced share a connection, which takes one statement at a time. */
  const oneByOne = new PQueue({ concurrency: 1 });

  async function listen(onHeard: () => void): Promise<void> {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'firstcall listener',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
    });
    const over = new AbortController();
    client.on('error', () => over.abort());
    client.on('end', () => over.abort());
    const signal = AbortSignal.any([over.signal, stopped.signal]);
    try {
      await client.connect();
      await client.query(channels.map((channel) => `listen ${channel}`).join('; '));
      await hearOneself(client, channels[0]);
      client.on('notification', ({ channel, payload }) => onNotice(channel, payload ?? ''));
      connected = client;
      epoch += 1;
      onHeard();
      while (!signal.aborted) {
        await oneByOne.add(async () => {
          const askedAt = performance.now();
          await client.query('select 1');
          provenAt = askedAt;
        });
        first.resolve();
        await delay(ASK_EVERY_MS, undefined, { signal, ref: false });
      }
    } finally {
      connected = null;
      await client.end().catch(() => {});
    }
  }

  async function listenAgainAndAgain(): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    let quiet = false;
    while (!stopped.signal.aborted) {
      try {
        await listen(() => {
          if (quiet) log.info('listening to the database again');
          quiet = false;
          pause = FIRST_PAUSE_MS;
        });
      } catch (error) {
        if (!stopped.signal.aborted && !quiet)
          log.warn({ err: error }, 'not listening to the database; every key is looked up meanwhile');
        quiet = true;
      }
      provenAt = Number.NEGATIVE_INFINITY;
      first.resolve();
      await delay(pause, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
      pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
    }
  }

  const running = listenAgainAndAgain();
  return {
    upToDate: () => performance.now() - provenAt < PROOF_LASTS_MS,
    epoch: () => epoch,
    started: first.promise,
    async announce(channel, payloads) {
      await oneByOne.add(async () => {
        if (!connected) throw new Error('There is no connection on which others could be told.');
        const statement = 'select pg_notify($1, payload) from unnest($2::text[]) as payload';
        await connected.query(statement, [channel, payloads]);
      });
    },
    async close() {
      stopped.abort();
      await running;
    },
  };
}

/** Whether announcements arrive through this address at all. Rejects with the reason when they do not. */
export async function hearOnce(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: ANSWER_WITHIN_MS });
  client.on('error', () => {});
  try {
    await client.connect();
    const channel = 'firstcall_doctor';
    await client.query(`listen ${channel}`);
    await hearOneself(client, channel);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A pooler between here and Postgres takes LISTEN and delivers nothing, without a word. */
async function hearOneself(client: pg.Client, channel: string): Promise<void> {
  const heard = new Promise<void>((resolve) => client.once('notification', () => resolve()));
  await client.query('select pg_notify($1, $2)', [channel, '']);
  const silence = new AbortController();
  const deaf = delay(ANSWER_WITHIN_MS, undefined, { signal: silence.signal, ref: false }).then(() => {
    throw new Error(
      'Postgres took LISTEN and announced nothing. A pooler that shares connections between transactions does that: connect to Postgres itself.',
    );
  });
  await Promise.race([
    heard,
    deaf.catch((error) => (silence.signal.aborted ? undefined : Promise.reject(error))),
  ]);
  silence.abort();
}
