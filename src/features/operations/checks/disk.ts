import { accessSync, constants, existsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { Config } from '../../../config.ts';
import { error, type Finding, ok, warning } from '../finding.ts';

const LITTLE_BYTES = 1e9;
const NOTHING_BYTES = 1e8;

/** Whether DATA_DIR can be written, and for how long yet. */
export async function checkDisk({ dataDir }: Pick<Config, 'dataDir'>): Promise<Finding[]> {
  const folder = nearestThere(resolve(dataDir));
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
  } catch {
    return [
      error(
        `${folder} cannot be written by this user`,
        'Let it belong to the user who runs the portal, or set DATA_DIR.',
      ),
    ];
  }
  const { bavail, bsize } = await statfs(folder);
  return [judgeSpace(bavail * bsize, folder)];
}

export function judgeSpace(bytes: number, folder: string): Finding {
  const says = `${(bytes / 1e9).toFixed(1)} GB free in ${folder}`;
  if (bytes < NOTHING_BYTES)
    return error(says, 'Make room now: the portal is about to refuse what it cannot store.');
  if (bytes < LITTLE_BYTES) return warning(says, 'Make room, or set DATA_DIR to a folder on a larger disk.');
  return ok(says);
}

/** The folder, or the one in which it would be made. */
function nearestThere(folder: string): string {
  return existsSync(folder) ? folder : nearestThere(dirname(folder));
}
