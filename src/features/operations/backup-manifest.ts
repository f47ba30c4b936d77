import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { OperatorError } from './operator-error.ts';

/** Written last: a folder without it holds no finished backup. */
export const MANIFEST = 'manifest.json';
export const SQLITE_FILE = 'firstcall.db';
export const POSTGRES_FILE = 'firstcall.dump';
export const KEY_FILE = 'secret.key';
export const SPOOL_FOLDER = 'spool';

const manifest = z.object({
  firstcall_backup: z.literal(1),
  made_at: z.iso.datetime(),
  database: z.enum(['sqlite', 'postgres']),
  /** In the order in which they were applied. */
  migrations: z.array(z.string()),
  /** By table, as they were at one moment. */
  rows: z.record(z.string(), z.int().nonnegative()),
  /** By path within the folder. */
  files: z.record(z.string(), z.object({ bytes: z.int().nonnegative(), sha256: z.string() })),
});
export type Manifest = z.output<typeof manifest>;

/** Throws OperatorError when the folder holds no finished backup that this version can read. */
export function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    throw new OperatorError(
      `There is no finished backup in ${folder}: it has no ${MANIFEST}. Name the folder that "npm run backup" was given.`,
    );
  }
  const parsed = manifest.safeParse(readJson(path));
  if (parsed.success) return parsed.data;
  throw new OperatorError(
    `${path} is no manifest that this version can read: ${z.prettifyError(parsed.error)}`,
  );
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new OperatorError(`${path} cannot be read: ${(error as Error).message}.`);
  }
}

/** Reads a file again from its beginning, having made sure that it is on disk. */
export async function weigh(path: string): Promise<Manifest['files'][string]> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  const sha256 = createHash('sha256');
  let bytes = 0;
  await pipeline(createReadStream(path), async (source: AsyncIterable<Buffer>) => {
    for await (const chunk of source) {
      bytes += chunk.length;
      sha256.update(chunk);
    }
  });
  return { bytes, sha256: sha256.digest('hex') };
}

/** Throws OperatorError for the first file that is missing or is not what was written. */
export async function checkFiles(folder: string, { files }: Manifest): Promise<void> {
  for (const [name, written] of Object.entries(files)) {
    const path = join(folder, name);
    if (!existsSync(path)) throw new OperatorError(`The backup is incomplete: ${path} is missing.`);
    const found = await weigh(path);
    if (found.sha256 !== written.sha256) {
      throw new OperatorError(
        `The backup is damaged: ${path} is not what was written (${found.bytes} bytes, ${written.bytes} expected). Use another one.`,
      );
    }
  }
}
