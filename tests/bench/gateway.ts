import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { generateKey } from '../../src/features/credentials/key-format.ts';
import { median, type Row } from './table.ts';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 20;
const SAMPLE_MS = 100;

export interface Load {
  perSecond: number;
  p99: number;
  answered: number;
}

/** Throws when an answer has another status than `expected`. */
export async function load(url: string, keys: string[], expected: number, seconds = SECONDS): Promise<Load> {
  const requests = keys.map((key) => ({ headers: { authorization: `Bearer ${key}` } }));
  // Stops at the end of a sample, so that a short round is one.
  const options = { url, connections: CONNECTIONS, duration: seconds, requests, sampleInt: SAMPLE_MS };
  const result = await autocannon(options);
  const wrong = expected === 401 ? result['2xx'] : result.non2xx;
  if (wrong > 0 || result.errors > 0)
    throw new Error(`${url}: ${wrong} wrong answers, ${result.errors} errors`);
  const { total } = result.requests;
  return { perSecond: total / result.duration, p99: result.latency.p99, answered: total };
}

/** Keys verified, limited and recorded durably, against the same server that answers the same constant itself. */
export async function benchGateway(): Promise<Row[]> {
  const server = fork(fileURLToPath(new URL('gateway-server.ts', import.meta.url)));
  const [{ url, secrets }] = (await once(server, 'message')) as [{ url: string; secrets: string[] }];
  const garbage = secrets.map(() => generateKey('fc', 'test').replace(/.$/, '-'));
  await load(`${url}/v1/messages`, secrets, 200);

  const ratios: number[] = [];
  const refusals: number[] = [];
  let answered = 0;
  let last: [Load, Load] | undefined;
  for (let round = 0; round < ROUNDS; round += 1) {
    const bare = await load(`${url}/constant`, secrets, 200);
    const gateway = await load(`${url}/v1/messages`, secrets, 200);
    const refused = await load(`${url}/v1/messages`, garbage, 401);
    ratios.push(gateway.perSecond / bare.perSecond);
    refusals.push(refused.perSecond / bare.perSecond);
    answered += gateway.answered;
    last = [bare, gateway];
  }
  server.send('stop');
  const [{ stored }] = (await once(server, 'message')) as [{ stored: number }];
  if (stored < answered) throw new Error(`answered ${answered} calls and stored ${stored}`);
  const [bare, gateway] = last ?? [];
  return [
    {
      what: 'gateway: verify, limit, record / the same server answering the constant',
      measured: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, ${ROUNDS} rounds; last ${gateway?.perSecond.toFixed(0)} / ${bare?.perSecond.toFixed(0)} per s, p99 ${gateway?.p99} ms)`,
      limit: '≥ 0.60',
      reached: median(ratios) >= 0.6,
    },
    {
      what: 'gateway: time of a call with a key in memory / of the constant, which verifies nothing',
      measured: `${(1 / median(ratios)).toFixed(2)} ×`,
      limit: '≤ 1.5 ×',
      reached: median(ratios) >= 1 / 1.5,
    },
    {
      what: 'gateway: refusing malformed keys / the same constant',
      measured: median(refusals).toFixed(2),
      limit: '',
      reached: null,
    },
    {
      what: 'calls stored / calls answered 200 by the gateway',
      measured: `${stored} / at least ${answered}`,
      limit: 'all',
      reached: stored >= answered,
    },
  ];
}
