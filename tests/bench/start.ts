import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { median, type Row } from './table.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const STARTS = 5;
const LIMIT_MS = 3_000;
const PATIENCE_MS = 60_000;
const POLL_MS = 10;

/** `npm start` as a person types it, npm's own time included, on pages and a database that exist already. */
export async function benchStart(): Promise<Row[]> {
  const data = mkdtempSync(join(tmpdir(), 'firstcall-bench-'));
  const times: number[] = [];
  try {
    await timeStart(data);
    for (let n = 0; n < STARTS; n += 1) times.push(await timeStart(data));
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
  const typical = median(times);
  return [
    {
      what: 'start: npm start again → /api/health answers',
      measured: `${typical.toFixed(0)} ms (${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}, median of ${STARTS})`,
      limit: `≤ ${LIMIT_MS} ms`,
      reached: typical <= LIMIT_MS,
    },
  ];
}

async function timeStart(data: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATA_DIR: data, LOG_LEVEL: 'warn' };
  const startedAt = performance.now();
  // A group of its own, because npm does not hand a signal on to everything below it.
  const npm = spawn('npm', ['start'], { cwd: ROOT, env, stdio: 'ignore', detached: true });
  try {
    await untilHealthy(`http://localhost:${port}/api/health`, npm);
    return performance.now() - startedAt;
  } finally {
    const ended = once(npm, 'exit');
    if (npm.pid !== undefined && npm.exitCode === null) {
      process.kill(-npm.pid, 'SIGTERM');
      await ended;
    }
  }
}

async function untilHealthy(url: string, npm: ChildProcess): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline && npm.exitCode === null) {
    const healthy = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (healthy) return;
    await sleep(POLL_MS);
  }
  throw new Error('npm start did not bring up a healthy portal.');
}
