import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/free-port.ts';

export interface OwnPortal {
  url: string;
  /** Works once. */
  adminLink: string;
  /** The folder of its database. */
  data: string;
  close(): Promise<void>;
}

/** The value of the start-up line that begins with `name:`. Rejects when the portal ends before printing it. */
async function readLine(child: ChildProcess, name: string): Promise<string> {
  if (!child.stdout) throw new Error('The portal has no output.');
  for await (const line of createInterface(child.stdout)) {
    if (line.startsWith(`${name}: `)) return line.slice(name.length + 2);
  }
  throw new Error(`The portal ended without printing ${name}:`);
}

/**
 * The built portal with a database of its own, for tests that need the admin link or a portal nobody has used.
 * `env` is added to its configuration.
 */
export async function startOwnPortal(env: Record<string, string> = {}): Promise<OwnPortal> {
  const port = await freePort();
  const data = await mkdtemp(join(tmpdir(), 'firstcall-e2e-'));
  const server = fileURLToPath(new URL('../../../src/server.ts', import.meta.url));
  const child = spawn(process.execPath, [server], {
    env: { PATH: process.env.PATH, PORT: String(port), DATA_DIR: data, LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const adminLink = await readLine(child, 'admin');
  return {
    url: `http://localhost:${port}`,
    adminLink,
    data,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}
