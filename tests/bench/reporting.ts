import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import type { ReporterCounts } from '../../reporting/types.ts';
import { median, type Row } from './table.ts';

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 20;
/** A busy API, and one whose callers would notice. */
const PER_SECOND = 2_000;
/** What the median call may take longer. */
const MOST_DELAY_MS = 0.3;

type Api = 'plain' | 'reporting' | 'stuck';

interface Load {
  median: number;
  answered: number;
}

/** Milliseconds as the callers see them, at a steady rate. */
async function load(url: string): Promise<Load> {
  const times: number[] = [];
  const options = { url, connections: CONNECTIONS, duration: SECONDS, overallRate: PER_SECOND };
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const instance = autocannon(options, (error, done) => (error ? reject(error) : resolve(done)));
    instance.on('response', (_client, _status, _bytes, ms) => times.push(ms));
  });
  if (result.non2xx > 0 || result.errors > 0) throw new Error(`${url}: wrong answers`);
  return { median: median(times), answered: result.requests.total };
}

/** An API in Express that reports its calls, against the same without, in one run. */
export async function benchReporting(): Promise<Row[]> {
  const portal = fork(fileURLToPath(new URL('reporting-portal.ts', import.meta.url)));
  const [{ url }] = (await once(portal, 'message')) as [{ url: string }];
  const server = fork(fileURLToPath(new URL('reporting-server.ts', import.meta.url)), [url]);
  const [apis] = (await once(server, 'message')) as [Record<Api, string>];
  const medians: Record<Api, number[]> = { plain: [], reporting: [], stuck: [] };
  let answered = 0;
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of ['plain', 'reporting', 'stuck'] as const) {
      const measured = await load(apis[name]);
      if (name === 'reporting') answered += measured.answered;
      // The first round warms up.
      if (round > 0) medians[name].push(measured.median);
    }
  }
  server.send('stop');
  const [counts] = (await once(server, 'message')) as [ReporterCounts];
  portal.disconnect();
  const row = (what: string, name: Api): Row => {
    const [with_, without] = [median(medians[name]), median(medians.plain)];
    return {
      what,
      measured: `${with_.toFixed(2)} ms / ${without.toFixed(2)} ms (medians of ${ROUNDS} rounds at ${PER_SECOND} per s)`,
      limit: `at most ${MOST_DELAY_MS} ms more`,
      reached: with_ - without <= MOST_DELAY_MS,
    };
  };
  return [
    row('a call of an API in Express that reports its calls / that does not', 'reporting'),
    row('the same while the portal says nothing', 'stuck'),
    {
      what: 'calls reported, given up / calls answered',
      measured: `${counts.sent}, ${counts.dropped} / at least ${answered}`,
      limit: 'none given up',
      reached: counts.dropped === 0 && counts.sent >= answered,
    },
  ];
}
