import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ReadinessReport } from '../../src/features/operations/readiness.ts';

/** A portal in a process of its own, which can be killed and started again at the same address. */
export interface MemberProcess {
  url: string;
  pid(): number;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Resolves when it takes calls, with the milliseconds that took. */
  start(): Promise<number>;
  /** What it says of itself. */
  report(): Promise<ReadinessReport>;
  /** Resident memory, in bytes. */
  memory(): number;
}

/** `env` names the database. */
export async function startMember(port: number, env: Record<string, string>): Promise<MemberProcess> {
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;

  async function start(): Promise<number> {
    const startedAt = performance.now();
    child = fork(fileURLToPath(new URL('fleet-member.ts', import.meta.url)), {
      env: {
        PATH: process.env.PATH,
        PORT: String(port),
        HOST: '127.0.0.1',
        PUBLIC_URL: url,
        LOG_LEVEL: 'fatal',
        RATE_LIMIT_PER_SECOND: '1000000',
        ...env,
      },
    });
    const gone = once(child, 'exit').then(() => Promise.reject(new Error('The portal ended at its start.')));
    await Promise.race([once(child, 'message'), gone]);
    gone.catch(() => {});
    return performance.now() - startedAt;
  }

  await start();
  return {
    url,
    pid: () => child.pid ?? 0,
    start,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
    async report() {
      return (await (await fetch(`${url}/api/ready`)).json()) as ReadinessReport;
    },
    memory: () =>
      Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1_024,
  };
}
