import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { median, type Row } from './table.ts';

const ROUNDS = 5;
const SECONDS = 3;
const CONNECTIONS = 10;
const LIMIT = 1.5;

interface Servers {
  url: string;
  /** The same portal, but that it looks at no key. */
  credulousUrl: string;
  rootKey: string;
  secrets: string[];
}

/** What it costs another gateway to have a key verified that is remembered, beside the request itself. */
export async function benchKeys(): Promise<Row[]> {
  const server = fork(fileURLToPath(new URL('keys-server.ts', import.meta.url)));
  const [{ url, credulousUrl, rootKey, secrets }] = (await once(server, 'message')) as [Servers];
  const headers = { authorization: `Bearer ${rootKey}`, 'content-type': 'application/json' };
  const requests = secrets.map((key) => ({
    method: 'POST' as const,
    path: '/api/keys/verify',
    headers,
    body: JSON.stringify({ key, address: '192.0.2.1', scopes: ['read'] }),
  }));
  const perSecond = async (of: string) => {
    const result = await autocannon({ url: of, connections: CONNECTIONS, duration: SECONDS, requests });
    if (result.non2xx > 0 || result.errors > 0)
      throw new Error(`${of}: ${result.non2xx} refused, ${result.errors} errors`);
    return result.requests.average;
  };

  for (const warmed of [url, credulousUrl]) await perSecond(warmed);
  const ratios: number[] = [];
  let last = '';
  for (let round = 0; round < ROUNDS; round += 1) {
    const nothing = await perSecond(credulousUrl);
    const verified = await perSecond(url);
    ratios.push(nothing / verified);
    last = `${verified.toFixed(0)} / ${nothing.toFixed(0)} per s`;
  }
  server.disconnect();
  await once(server, 'exit');
  const range = `${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)}`;
  return [
    {
      what: 'POST /api/keys/verify: time with a key in memory / when no key is looked at',
      measured: `${median(ratios).toFixed(2)} × (${range}, ${ROUNDS} rounds; last ${last})`,
      limit: `≤ ${LIMIT} ×`,
      reached: median(ratios) <= LIMIT,
    },
  ];
}
