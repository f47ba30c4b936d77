import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { type Backfilled, backfill } from './backfill/backfill.ts';
import { openCheckpoint } from './backfill/checkpoint.ts';
import { openLog } from './backfill/read-lines.ts';

const USAGE = `Usage: FIRSTCALL_ROOT_KEY=fc_root_… npm run backfill -- [options] access.log access.log.1.gz …

  --portal <address>     the portal; default PUBLIC_URL, or http://localhost:4321
  --keys <file.csv>      lines "name,cred_…": names that stand in the log for ids of keys
  --checkpoint <file>    where it notes how far it is; default backfill.checkpoint.json`;
const MOST_FLAWS = 50;
const TIMEOUT_MS = 60_000;

async function main(): Promise<void> {
  const { values, positionals: files } = parseArgs({
    allowPositionals: true,
    options: { portal: { type: 'string' }, keys: { type: 'string' }, checkpoint: { type: 'string' } },
  });
  if (files.length === 0) throw new Error(`Name the logs to read.\n\n${USAGE}`);
  const rootKey = process.env.FIRSTCALL_ROOT_KEY ?? '';
  if (rootKey === '')
    throw new Error('FIRSTCALL_ROOT_KEY is not set: an admin makes a root key at /admin/root-keys.');
  const portal = (values.portal ?? process.env.PUBLIC_URL ?? 'http://localhost:4321').replace(/\/+$/, '');
  const to = { url: `${portal}/api/usage?backfill=true`, rootKey, timeoutMs: TIMEOUT_MS };
  const checkpoint = openCheckpoint(values.checkpoint ?? 'backfill.checkpoint.json');
  const keys = values.keys ? readKeys(values.keys) : new Map<string, string>();

  for (const path of files) {
    const file = openLog(path);
    const bar = new SingleBar({
      format: `${path} {bar} {percentage} % | {eta_formatted} left{problem}`,
      barCompleteChar: '█',
      barIncompleteChar: '░',
      noTTYOutput: true,
      notTTYSchedule: 5_000,
    });
    bar.start(Math.max(file.bytes, 1), 0, { problem: '' });
    const flaws: string[] = [];
    let more = 0;
    const counts = await backfill(file, {
      to,
      checkpoint,
      keys,
      onFlaw: (line, flaw) => {
        if (flaws.length < MOST_FLAWS) flaws.push(`${path}:${line}: ${flaw}`);
        else more += 1;
      },
      onProgress: () => bar.update(file.position(), { problem: '' }),
      onWait: (problem) => bar.update({ problem: ` | waiting: ${problem}` }),
    }).finally(() => bar.stop());
    for (const flaw of flaws) console.error(flaw);
    if (more > 0) console.error(`… and ${more} more`);
    console.log(summary(path, counts));
  }
}

function summary(path: string, { sent, duplicates, rejected, unreadable, skipped }: Backfilled): string {
  const parts = [
    `${sent} calls sent`,
    duplicates > 0 && `${duplicates} were there already`,
    skipped > 0 && `${skipped} sent before`,
    rejected > 0 && `${rejected} refused`,
    unreadable > 0 && `${unreadable} ${unreadable === 1 ? 'line' : 'lines'} could not be used`,
  ];
  return `${path}: ${parts.filter(Boolean).join(', ')}.`;
}

/** Lines without a comma, such as an empty one, say nothing. */
function readKeys(path: string): Map<string, string> {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  return new Map(
    lines
      .map((line) => line.split(',').map((cell) => cell.trim()))
      .flatMap(([name, id]) => (name && id ? [[name, id] as const] : [])),
  );
}

try {
  await main();
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
