import { fork } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { fileURLToPath } from 'node:url';
import { load } from './gateway.ts';
import { median, type Row } from './table.ts';

/** Short and many, taking turns: what else happens on the machine then meets both. */
const ROUNDS = 100;
const SECONDS = 0.4;
const FIRST_BYTES = 200;
/** What a first byte may take longer through the gateway than through a proxy that does nothing else. */
const MOST_DELAY_MS = 2;

interface Servers {
  gateway: string;
  bare: string;
  secrets: string[];
}

/** The gateway before a real API, with verification, limit and record, against a proxy that only streams. */
export async function benchProxy(): Promise<Row[]> {
  const api = fork(fileURLToPath(new URL('proxy-api.ts', import.meta.url)));
  const [{ url }] = (await once(api, 'message')) as [{ url: string }];
  const server = fork(fileURLToPath(new URL('proxy-server.ts', import.meta.url)), [url]);
  const [servers] = (await once(server, 'message')) as [Servers];
  try {
    return [await compareThroughput(servers), await compareFirstBytes(servers)];
  } finally {
    server.send('stop');
    await once(server, 'exit');
    api.disconnect();
  }
}

async function compareThroughput({ gateway, bare, secrets }: Servers): Promise<Row> {
  const path = '/v1/messages';
  await load(gateway + path, secrets, 200);
  await load(bare + path, secrets, 200);
  const ratios: number[] = [];
  let last = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    // Who comes second finds another machine, so they take turns.
    const order = round % 2 === 0 ? [bare, gateway] : [gateway, bare];
    const measured = new Map<string, number>();
    for (const base of order) measured.set(base, (await load(base + path, secrets, 200, SECONDS)).perSecond);
    const [ours = 0, theirs = 0] = [measured.get(gateway), measured.get(bare)];
    ratios.push(ours / theirs);
    last = `${ours.toFixed(0)} / ${theirs.toFixed(0)} per s`;
  }
  return {
    what: 'gateway before a real API: verify, limit, record, stream / a bare undici proxy that only streams',
    measured: `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}, ${ROUNDS} rounds; last ${last})`,
    limit: '≥ 0.80',
    reached: median(ratios) >= 0.8,
  };
}

async function compareFirstBytes({ gateway, bare, secrets: [secret = ''] }: Servers): Promise<Row> {
  const times: Record<string, number[]> = { [gateway]: [], [bare]: [] };
  for (let n = 0; n < FIRST_BYTES; n += 1) {
    for (const base of [gateway, bare]) times[base]?.push(await firstByte(`${base}/v1/stream`, secret));
  }
  const [ours, theirs] = [median(times[gateway] ?? []), median(times[bare] ?? [])];
  return {
    what: 'streamed answer that goes on for 500 ms: until its first byte, through the gateway / through the bare proxy',
    measured: `${ours.toFixed(1)} ms / ${theirs.toFixed(1)} ms (medians of ${FIRST_BYTES})`,
    limit: `at most ${MOST_DELAY_MS} ms more`,
    reached: ours - theirs <= MOST_DELAY_MS,
  };
}

/** Milliseconds; then hangs up. */
function firstByte(url: string, secret: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const request = get(url, { headers: { Authorization: `Bearer ${secret}` } }, (answer) => {
      answer.once('data', () => {
        resolve(performance.now() - startedAt);
        request.destroy();
      });
    });
    request.once('error', reject);
  });
}
