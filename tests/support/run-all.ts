import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../src/cli/build-if-needed.ts';
import { ensureChromium } from './chromium.ts';
import { forgetFailures } from './sample-proof.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const ENV = { ...process.env, ASTRO_TELEMETRY_DISABLED: '1' };

/** `npm test`: everything that can fail, the cheapest first. Ends with the first part that did. */
async function main(): Promise<void> {
  await part('Types', () => run('astro', ['check', '--minimumFailingSeverity', 'hint']));
  await part('Browser', ensureChromium);
  forgetFailures();
  await part('Pages', buildIfNeeded);
  await part('Unit and HTTP tests', () => run('vitest', ['run', '--config', 'tests/vitest.config.ts']));
  await part('End-to-end tests', () => run('playwright', ['test', '--config', 'tests/playwright.config.ts']));
}

async function part(name: string, work: () => void | Promise<void>): Promise<void> {
  const startedAt = Date.now();
  console.log(`\n── ${name}`);
  await work();
  console.log(`── ${name}: passed in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
}

function run(command: string, args: string[]): void {
  const { status } = spawnSync(command, args, { cwd: ROOT, env: ENV, stdio: 'inherit' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
}

try {
  await main();
} catch (error) {
  console.error(`\nerror: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
