import type { TestProject } from 'vitest/node';
import { startPostgres } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the maintenance database of a server that only these tests use; null where there are no binaries. */
    postgresUrl: string | null;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide('postgresUrl', server?.url ?? null);
  if (!server) {
    console.warn('No Postgres binaries (initdb, postgres) were found: the tests run on SQLite alone.');
  }
  return async () => server?.stop();
}
