import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm run test:faults`: the faults as often and as long as they are promised. `npm run test:faults -- killed -t Postgres`
// for some of them; PORTAL_KILLS=20 and the like for another size.

const { status } = spawnSync(
  'vitest',
  ['run', '--config', 'tests/vitest.config.ts', '--reporter', 'verbose', ...filters()],
  {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, FAULTS: 'full' },
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;

/** Names of files are looked for among the faults only. */
function filters(): string[] {
  const given = process.argv.slice(2);
  const [file] = given;
  if (file === undefined || file.startsWith('-')) return ['tests/faults', ...given];
  return [`tests/faults/${file}`, ...given.slice(1)];
}
