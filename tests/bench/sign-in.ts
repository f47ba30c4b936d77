import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { median, type Row } from './table.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 20;
const MOST_MS_APART = 3;
const MOST_TIMES_SLOWER = 2;

async function ask<T>(server: ChildProcess, order: string): Promise<T> {
  server.send(order);
  const [{ result }] = (await once(server, 'message')) as [{ result: T }];
  return result;
}

async function callsPerSecond(url: string, secret: string): Promise<number> {
  const headers = { authorization: `Bearer ${secret}` };
  const load = { url: `${url}/v1/messages`, connections: CONNECTIONS, duration: SECONDS, headers };
  const result = await autocannon(load);
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} wrong answers`);
  return result.requests.average;
}

/** Whether the time of a refusal tells who has an account, and what a thousand passwords a second do to keys. */
export async function benchSignIn(): Promise<Row[]> {
  const server = fork(fileURLToPath(new URL('sign-in-server.ts', import.meta.url)));
  const [{ url, secret }] = (await once(server, 'message')) as [{ url: string; secret: string }];
  const { known, unknown } = await ask<{ known: number; unknown: number }>(server, 'compare');
  await callsPerSecond(url, secret);
  const slower: number[] = [];
  let tried = { refused: 0, busy: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    const calm = await callsPerSecond(url, secret);
    await ask(server, 'flood');
    const flooded = await callsPerSecond(url, secret);
    tried = await ask(server, 'calm');
    slower.push(calm / flooded);
  }
  await ask(server, 'stop');
  return [
    {
      what: 'sign-in: a wrong password, known account / unknown account',
      measured: `${known.toFixed(1)} ms / ${unknown.toFixed(1)} ms (medians of 100)`,
      limit: `within ${MOST_MS_APART} ms`,
      reached: Math.abs(known - unknown) <= MOST_MS_APART,
    },
    {
      what: 'sign-in flood, 1,000 passwords a second: calls per second without it / with it',
      measured: `${median(slower).toFixed(2)}× (${Math.min(...slower).toFixed(2)} to ${Math.max(...slower).toFixed(2)}, ${ROUNDS} rounds; ${tried.refused} compared, ${tried.busy} sent away)`,
      limit: `≤ ${MOST_TIMES_SLOWER}×`,
      reached: median(slower) <= MOST_TIMES_SLOWER,
    },
  ];
}
