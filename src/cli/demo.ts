import { parseArgs } from 'node:util';
import { SingleBar } from 'cli-progress';
import { parseConfig } from '../config.ts';
import { OperatorError } from '../features/operations/operator-error.ts';
import { fillDemo } from './demo/fill-demo.ts';
import { runCommand } from './run-command.ts';

const USAGE = `Usage: npm run demo -- [options]

  --developers <number>  simulated developers, 1 to 1000000; default 2000
  --days <number>        over so many days until now, 1 to 365; default 120
  --seed <number>        the same developers for the same number; default 1
  --folder <folder>      where they are kept, unless DATABASE_URL is set; default data/demo
  --fill-only            do not start the portal
  --help                 say this`;

interface Options {
  developers: number;
  days: number;
  seed: number;
  folder: string;
  fillOnly: boolean;
  help: boolean;
}

/** Throws OperatorError with what is wrong, or with how the command is used. */
function readOptions(args: string[]): Options {
  const values = parse(args);
  return {
    developers: wholeNumber('developers', values.developers, 1, 1_000_000),
    days: wholeNumber('days', values.days, 1, 365),
    seed: wholeNumber('seed', values.seed, 0, 4_294_967_295),
    folder: values.folder,
    fillOnly: values['fill-only'],
    help: values.help,
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        developers: { type: 'string', default: '2000' },
        days: { type: 'string', default: '120' },
        seed: { type: 'string', default: '1' },
        folder: { type: 'string', default: 'data/demo' },
        'fill-only': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    throw new OperatorError(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new OperatorError(
    `--${name} must be a whole number from ${least} to ${most}, but is ${JSON.stringify(text)}.`,
  );
}

let shouldStart = false;
await runCommand(async () => {
  const { folder, fillOnly, help, ...wish } = readOptions(process.argv.slice(2));
  if (help) return console.log(USAGE);
  process.env.DATA_DIR = folder;
  const bar = new SingleBar({
    format: 'simulating {bar} {value} of {total} developers | {eta_formatted} left',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    noTTYOutput: true,
    notTTYSchedule: 5_000,
    // Days differ a lot, and a guess from the last few developers would jump.
    etaBuffer: 500,
  });
  const fed = await fillDemo(parseConfig(process.env), {
    ...wish,
    end: Date.now(),
    onProgress(developers) {
      if (developers === 1) bar.start(wish.developers, 0);
      bar.update(developers);
    },
  }).finally(() => bar.stop());
  console.log(
    fed
      ? `demo: ${fed.developers} simulated developers made ${fed.calls} calls`
      : 'demo: the developers who were simulated before',
  );
  shouldStart = !fillOnly;
});
if (shouldStart) await import('./start.ts');
