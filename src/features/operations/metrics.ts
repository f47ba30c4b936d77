import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ErrorCode } from '../../errors.ts';
import { type Readiness, takesCalls } from './readiness.ts';

/** Which door a request came through. */
export type Door = 'gateway' | 'api' | 'page';

export interface AnsweredRequest {
  door: Door;
  /** 499 where the caller went away before the answer was complete. */
  status: number;
  seconds: number;
  /** Of a refusal. */
  code: ErrorCode | undefined;
  /** A stream of events is as long as somebody watches, which says nothing of how fast the portal is. */
  endless: boolean;
}

/** What Prometheus is told of this process. */
export interface Metrics {
  /** On the path of every call, so it only counts. */
  answered(request: AnsweredRequest): void;
  /** In the format that `contentType` names. Never rejects because the database is away. */
  expose(): Promise<string>;
  readonly contentType: string;
}

/** What is looked up when somebody asks. */
export interface MetricSources {
  readiness: Pick<Readiness, 'report'>;
  /** Streams of pages that watch. */
  watchers(): number;
  /** Mails that wait to be sent. Rejects when the database cannot be asked. */
  waitingMails(): Promise<number>;
  /** Whether key changes made by other processes are sure to arrive. */
  hearsKeyChanges(): boolean;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

let ofProcess: Registry | undefined;

/** Memory, CPU, garbage and the event loop belong to the process, however many portals it holds. */
function processMetrics(): Registry {
  if (!ofProcess) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

export function createMetrics(sources: MetricSources): Metrics {
  const registry = new Registry();
  const requests = countRequests(registry);
  const lookAround = gaugeState(registry, sources);
  return {
    answered: requests,
    async expose() {
      await lookAround();
      return Registry.merge([processMetrics(), registry]).metrics();
    },
    contentType: registry.contentType,
  };
}

function countRequests(registry: Registry): Metrics['answered'] {
  const requests = new Counter({
    name: 'firstcall_requests_total',
    help: 'Requests answered, by door (gateway, api, page) and class of status.',
    labelNames: ['door', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'firstcall_request_duration_seconds',
    help: 'Time from the request to the end of its answer, without event streams.',
    labelNames: ['door'],
    buckets: SECONDS,
    registers: [registry],
  });
  const refusals = new Counter({
    name: 'firstcall_refusals_total',
    help: 'Requests refused by the portal or its gateway, by the code of the problem.',
    labelNames: ['code'],
    registers: [registry],
  });
  // Looked up once: putting labels together costs more than counting.
  const byDoor = new Map(
    (['gateway', 'api', 'page'] as const).map((door) => [
      door,
      {
        classes: CLASSES.map((status) => requests.labels({ door, status })),
        seconds: seconds.labels({ door }),
      },
    ]),
  );
  return ({ door, status, seconds: taken, code, endless }) => {
    const counted = byDoor.get(door);
    counted?.classes[Math.floor(status / 100) - 1]?.inc();
    if (!endless) counted?.seconds.observe(taken);
    if (code) refusals.labels({ code }).inc();
  };
}

/** Returns what brings them up to date. What cannot be known is left out rather than told wrong. */
function gaugeState(registry: Registry, sources: MetricSources): () => Promise<void> {
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `firstcall_${name}`, help, registers: [registry] });
  const ready = gauge('ready', '1 while this process wants calls, 0 while it stops or has no room left.');
  const database = gauge('database_up', '1 while the database answers within a second.');
  const waiting = gauge('usage_waiting', 'Calls that wait in memory to be stored.');
  const spooled = gauge('usage_spooled_bytes', 'Calls that wait in files while the database is away.');
  const watchers = gauge('watchers', 'Open pages that are told of calls as they happen.');
  const mails = gauge('mail_waiting', 'Mails that wait for the mail server.');
  const hears = gauge('hears_key_changes', '1 while revocations on other processes are sure to arrive here.');
  const givenUp = new Counter({
    name: 'firstcall_usage_given_up_total',
    help: 'Calls given up since the start because too much was waiting.',
    registers: [registry],
  });
  return async () => {
    const { status, database: state, usage } = await sources.readiness.report();
    ready.set(takesCalls(status) ? 1 : 0);
    database.set(state === 'ok' ? 1 : 0);
    waiting.set(usage.waiting);
    spooled.set(usage.spooled);
    givenUp.reset();
    givenUp.inc(usage.dropped);
    watchers.set(sources.watchers());
    hears.set(sources.hearsKeyChanges() ? 1 : 0);
    const waitingMails = state === 'ok' ? await sources.waitingMails().catch(() => null) : null;
    if (waitingMails === null) mails.remove();
    else mails.set(waitingMails);
  };
}
