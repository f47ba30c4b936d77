import { cpus, loadavg } from 'node:os';
import { buildIfNeeded } from '../../src/cli/build-if-needed.ts';
import { ensureChromium } from '../support/chromium.ts';
import { benchGateway } from './gateway.ts';
import { benchInsights } from './insights.ts';
import { benchIntake } from './intake.ts';
import { benchKeys } from './keys.ts';
import { benchLighthouse } from './lighthouse.ts';
import { benchMilestone } from './milestone.ts';
import { benchPages } from './pages.ts';
import { benchProxy } from './proxy.ts';
import { benchQueries } from './queries.ts';
import { benchReporting } from './reporting.ts';
import { benchRevocations } from './revocations.ts';
import { benchSandbox } from './sandbox.ts';
import { benchSignIn } from './sign-in.ts';
import { benchStart } from './start.ts';
import { printTable, type Row } from './table.ts';

/** In the order they run: one at a time, so that none is another's noise. */
const PARTS: Record<string, () => Promise<Row[]>> = {
  gateway: benchGateway,
  proxy: benchProxy,
  intake: benchIntake,
  reporting: benchReporting,
  queries: benchQueries,
  keys: benchKeys,
  insights: benchInsights,
  revocations: benchRevocations,
  'sign-in': benchSignIn,
  start: benchStart,
  sandbox: benchSandbox,
  milestone: benchMilestone,
  pages: benchPages,
  lighthouse: benchLighthouse,
};

/** `npm run bench`, or `npm run bench -- gateway sandbox` for some parts. Exit code 1 when a limit is missed. */
async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in PARTS));
  if (unknown) throw new Error(`There is no part "${unknown}": ${Object.keys(PARTS).join(', ')}.`);
  ensureChromium();
  await buildIfNeeded();

  const before = sayLoad();
  const rows: Row[] = [];
  for (const [name, bench] of Object.entries(PARTS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const startedAt = Date.now();
    rows.push(...(await measure(name, bench)));
    console.log(`── ${name}: ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  }
  printTable(rows);
  console.log(
    `\n${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} cores; load average ${before} at the start, ${sayLoad()} at the end (1, 5, 15 min).`,
  );
  if (rows.some((row) => row.reached === false)) process.exitCode = 1;
}

/** A part that breaks is a missed limit, and no reason to lose what the others measured. */
async function measure(name: string, bench: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await bench();
  } catch (error) {
    console.error(error);
    const [why] = String(error).split('\n');
    return [{ what: name, measured: `not measured: ${why}`, limit: 'measurable', reached: false }];
  }
}

function sayLoad(): string {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
}

await main();
