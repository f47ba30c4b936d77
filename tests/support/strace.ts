import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** strace on a process that is running, until it is let go. */
export interface Tracer {
  /** Resolves when the process runs on untouched. */
  detach(): Promise<void>;
}

/** Whether this machine has strace, and lets it look at other processes. */
export function canTrace(): boolean {
  try {
    execFileSync('strace', ['-o', '/dev/null', 'true'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Resolves when every thread of the process is followed. */
export async function trace(pid: number, options: readonly string[]): Promise<Tracer> {
  const strace = spawn('strace', ['-f', '-p', String(pid), ...options], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lines = createInterface(strace.stderr);
  await Promise.race([
    once(lines, 'line'),
    once(strace, 'exit').then(() => Promise.reject(new Error('strace could not follow the process.'))),
  ]);
  lines.resume();
  return {
    async detach() {
      if (strace.exitCode !== null) return;
      strace.kill('SIGINT');
      await once(strace, 'exit');
    },
  };
}
