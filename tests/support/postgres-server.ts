import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  /** Of the maintenance database; its user may create others. */
  url: string;
  /** As when the machine takes it away: without a word to anybody. */
  kill(): Promise<void>;
  /** After `kill`: on the same port, with the same data. Resolves when it takes connections. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const ATTEMPTS = 100;
const ATTEMPT_MS = 100;

/** A server of our own in a temporary folder; null where the binaries are missing. `durable`: as in production. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer | null> {
  const binaries = findBinaries();
  if (!binaries) return null;
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-postgres-'));
  const user = unprivilegedUser();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(
    join(binaries, 'initdb'),
    ['-D', data, '-U', 'firstcall', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    {
      stdio: 'ignore',
      cwd: folder,
      ...user,
    },
  );
  const port = await freePort();
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    folder,
    '-c',
    'max_connections=200',
    // Whoever pulls the plug loses nothing but a test's data.
    ...(durable ? [] : ['-c', 'fsync=off']),
  ];
  const url = `postgres://firstcall@127.0.0.1:${port}/postgres`;
  const launch = () => {
    const server = spawn(join(binaries, 'postgres'), options, { stdio: 'ignore', cwd: folder, ...user });
    return { server, closed: new Promise<void>((resolve) => server.once('close', () => resolve())) };
  };
  let running = launch();
  await untilReady(url);
  const end = async (signal: NodeJS.Signals) => {
    running.server.kill(signal);
    await running.closed;
  };
  return {
    url,
    kill: () => end('SIGKILL'),
    async restart() {
      // It refuses to start for as long as an orphan of the one before holds its memory.
      for (let ready = false; !ready; ) {
        running = launch();
        ready = await Promise.race([untilReady(url).then(() => true), running.closed.then(() => false)]);
      }
    },
    async stop() {
      // SIGINT: a fast shutdown, which does not wait for clients.
      await end('SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function findBinaries(): string | null {
  const versions = '/usr/lib/postgresql';
  const packaged = existsSync(versions) ? readdirSync(versions).map((v) => join(versions, v, 'bin')) : [];
  const folders = [...packaged, ...(process.env.PATH ?? '').split(':')];
  return (
    folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ??
    null
  );
}

/** Postgres refuses to run as root; the package's own user may. */
function unprivilegedUser(): { uid: number; gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres']).toString());
  return { uid: id('-u'), gid: id('-g') };
}

async function untilReady(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt >= ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
    }
  }
}
