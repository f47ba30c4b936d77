import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, onTestFinished, test } from 'vitest';
import { openLink } from '../support/cuttable-link.ts';
import { newDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { type MemberProcess, startMember } from '../support/member-process.ts';
import { canTrace, trace } from '../support/strace.ts';
import { countStored, prepareGround, type UsageGround } from '../support/usage-ground.ts';
import { size, TIMEOUT_MS } from './size.ts';

const REPORTS = size('SYNCED_REPORTS', { full: 1_000, short: 40 });
const FAILURES = size('FAILED_WRITES', { full: 200, short: 10 });

/** What a sync and an answer look like, when they have returned or begin. */
const SYNC_BEGUN = /\bf(data)?sync\(/;
const SYNC_DONE = /\bf(data)?sync(\(\d+(<[^>]*>)?\)| resumed>\)?)\s*\)?\s*= 0/;
const ANSWER = /\b(write|writev|sendto|sendmsg)\(.*HTTP\/1\.1 20[02]/;

/** One report after the other, so that every sync belongs to one answer. Returns the statuses. */
async function report(
  url: string,
  { rootKeys, credentialIds }: UsageGround,
  ids: string[],
): Promise<number[]> {
  const statuses: number[] = [];
  for (const id of ids) {
    const event = {
      id,
      key_id: credentialIds[0],
      timestamp: Date.now(),
      method: 'GET',
      path: '/v1',
      status: 200,
    };
    const response = await fetch(`${url}/api/usage`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${rootKeys[0]}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ events: [event] }),
    });
    await response.text();
    statuses.push(response.status);
  }
  return statuses;
}

const idsOf = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

async function traced(
  portal: MemberProcess,
  options: string[],
  work: () => Promise<void>,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-strace-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'trace');
  const tracer = await trace(portal.pid(), ['-o', file, ...options]);
  try {
    await work();
  } finally {
    await tracer.detach();
  }
  return readFileSync(file, 'utf8').split('\n');
}

/** Of how many answers a sync had returned since the answer before, and how many answers there were. */
function countSynced(lines: readonly string[]): { answers: number; synced: number; begun: number } {
  const counted = { answers: 0, synced: 0, begun: 0 };
  let done = false;
  for (const line of lines) {
    if (SYNC_BEGUN.test(line)) counted.begun += 1;
    if (SYNC_DONE.test(line)) done = true;
    if (!ANSWER.test(line)) continue;
    counted.answers += 1;
    if (done) counted.synced += 1;
    done = false;
  }
  return counted;
}

const SYNCS_AND_ANSWERS = [
  '-e',
  'trace=fsync,fdatasync,write,writev,sendto,sendmsg',
  '-e',
  'signal=none',
  '-s',
  '24',
];

test.skipIf(!canTrace())(
  `the sync has returned before the 2xx is sent, ${REPORTS} of ${REPORTS} times (SQLite)`,
  async () => {
    const data = await newDatabase('SQLite');
    onTestFinished(() => data.drop());
    const ground = await prepareGround(data.env, { developers: 1, rootKeys: 1 });
    const portal = await startMember(await freePort(), data.env);
    onTestFinished(() => portal.kill());
    await report(portal.url, ground, ['warm']);
    const lines = await traced(portal, SYNCS_AND_ANSWERS, async () => {
      expect(new Set(await report(portal.url, ground, idsOf('a', REPORTS)))).toEqual(new Set([200]));
    });
    expect(countSynced(lines)).toMatchObject({ answers: REPORTS, synced: REPORTS });
  },
  TIMEOUT_MS,
);

test.skipIf(!canTrace() || inject('postgresUrl') === null)(
  `the same when the database is away and calls go to the spool, ${REPORTS} of ${REPORTS} times`,
  async () => {
    const data = await newDatabase('Postgres');
    onTestFinished(() => data.drop());
    const link = await openLink(data.env.DATABASE_URL ?? '');
    onTestFinished(() => link.close());
    const ground = await prepareGround(data.env, { developers: 1, rootKeys: 1 });
    const portal = await startMember(await freePort(), { ...data.env, DATABASE_URL: link.url });
    onTestFinished(() => portal.kill());
    await report(portal.url, ground, ['warm']);
    link.cut();
    await report(portal.url, ground, ['noticed']);
    const lines = await traced(portal, SYNCS_AND_ANSWERS, async () => {
      expect(new Set(await report(portal.url, ground, idsOf('a', REPORTS)))).toEqual(new Set([202]));
    });
    expect(countSynced(lines)).toMatchObject({ answers: REPORTS, synced: REPORTS });
    link.mend();
    await portal.kill();
    expect(await countStored(data.env)).toMatchObject({ events: REPORTS + 2, distinctIds: REPORTS + 2 });
  },
  TIMEOUT_MS,
);

test.skipIf(!canTrace()).each([
  ['a sync that fails (EIO)', 'fsync,fdatasync', 'EIO'],
  ['a disk that is full (ENOSPC)', 'pwrite64,pwritev', 'ENOSPC'],
])(
  `%s is never a 2xx, ${FAILURES} times, and is over when it is over`,
  async (_, calls, error) => {
    const data = await newDatabase('SQLite');
    onTestFinished(() => data.drop());
    const ground = await prepareGround(data.env, { developers: 1, rootKeys: 1 });
    const portal = await startMember(await freePort(), data.env);
    onTestFinished(() => portal.kill());
    await report(portal.url, ground, ['before']);
    const options = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}`, '-e', 'signal=none'];
    const ids = idsOf('a', FAILURES);
    const lines = await traced(portal, options, async () => {
      expect(new Set(await report(portal.url, ground, ids))).toEqual(new Set([503]));
    });
    expect(lines.filter((line) => line.includes('(INJECTED)')).length).toBeGreaterThanOrEqual(FAILURES);
    // Whoever was refused sends it again, and nobody knows whether it was stored the first time.
    for (const status of await report(portal.url, ground, ids)) expect([200, 202]).toContain(status);
    await portal.kill();
    const stored = FAILURES + 1;
    expect(await countStored(data.env)).toEqual({
      events: stored,
      distinctIds: stored,
      inDays: stored,
      inStates: stored,
    });
  },
  TIMEOUT_MS,
);
