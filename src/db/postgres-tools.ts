import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

export type PostgresTool = 'pg_dump' | 'pg_restore' | 'psql';

/** A program of Postgres’ own that is missing or has failed; the message is the program's, and holds no password. */
export class PostgresToolError extends Error {}

/** Where Debian and the packages of postgresql.org put each version beside the others. */
const PACKAGED = '/usr/lib/postgresql';

/** The program of the server's own version, where there is one: another writes what the server may not read. */
export function findTool(tool: PostgresTool, serverMajor: number): string {
  const own = join(PACKAGED, String(serverMajor), 'bin', tool);
  if (existsSync(own)) return own;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const newest = existsSync(PACKAGED)
    ? readdirSync(PACKAGED)
        .sort((a, b) => Number(b) - Number(a))
        .map((version) => join(PACKAGED, version, 'bin'))
    : [];
  const found = [...folders, ...newest].map((folder) => join(folder, tool)).find((path) => existsSync(path));
  if (found) return found;
  throw new PostgresToolError(
    `${tool} was not found. Install the client of Postgres ${serverMajor}: on Debian and Ubuntu "apt-get install postgresql-client-${serverMajor}".`,
  );
}

/** The address for an argument, which every user of the machine may read, and the password for the environment. */
export function connectionOf(databaseUrl: string): { address: string; env: NodeJS.ProcessEnv } {
  const url = new URL(databaseUrl);
  const password = decodeURIComponent(url.password);
  url.password = '';
  return {
    address: url.href,
    env: {
      ...process.env,
      PGCONNECT_TIMEOUT: '10',
      PGAPPNAME: 'firstcall backup',
      ...(password && { PGPASSWORD: password }),
    },
  };
}

export interface ToolCall {
  path: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
}

/** Resolves when the program is done. Rejects with what it said when it was not able to do it. */
export async function runTool({ path, args, env }: ToolCall): Promise<void> {
  await ending(spawn(path, args, { env, stdio: ['ignore', 'ignore', 'pipe'] }), path);
}

/**
 * Sends `before`, and then all that the first program writes, to the second. When the first one fails the second is
 * ended before it could take what it has got for everything.
 */
export async function pipeTools(from: ToolCall, before: string, into: ToolCall): Promise<void> {
  const target = spawn(into.path, into.args, { env: into.env, stdio: ['pipe', 'ignore', 'pipe'] });
  const taken = ending(target, into.path);
  // It says why it ended on its own; the pipe's error says only that it did.
  target.stdin.on('error', () => {});
  target.stdin.write(before);
  const source = spawn(from.path, from.args, { env: from.env, stdio: ['ignore', 'pipe', 'pipe'] });
  const given = Promise.all([
    ending(source, from.path),
    pipeline(source.stdout, target.stdin, { end: false }),
  ]).then(
    () => target.stdin.end(),
    (error: unknown) => {
      target.kill();
      throw error;
    },
  );
  const [takenResult, givenResult] = await Promise.allSettled([taken, given]);
  // Where both failed, the one that was not killed for it knows why.
  const failed = target.signalCode === null ? [takenResult, givenResult] : [givenResult];
  for (const result of failed) if (result.status === 'rejected') throw result.reason;
}

async function ending(child: ChildProcess, path: string): Promise<void> {
  const said = child.stderr ? text(child.stderr) : Promise.resolve('');
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  const lines = (await said).trim().split('\n').slice(-3).join(' ');
  throw new PostgresToolError(lines || `${path} ended with ${code}.`);
}
