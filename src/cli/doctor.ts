import { ConfigError, parseConfig } from '../config.ts';
import { type Diagnosis, examine } from '../features/operations/doctor.ts';
import { createLog } from '../log.ts';

const LEVEL_WIDTH = 'warning'.length;
const ABOUT_WIDTH = 'configuration'.length;

/** One line for each finding, and one below it that says what to do. Exit code 1 when there is an error. */
function say({ level, about, says, todo }: Diagnosis): void {
  console.log(`${level.padEnd(LEVEL_WIDTH)}  ${about.padEnd(ABOUT_WIDTH)}  ${says}`);
  if (todo) console.log(`${''.padEnd(LEVEL_WIDTH + ABOUT_WIDTH + 4)}→ ${todo}`);
}

async function diagnose(): Promise<Diagnosis[]> {
  try {
    const config = parseConfig(process.env);
    return [
      { about: 'configuration', level: 'ok', says: 'every variable can be read' },
      ...(await examine(config, createLog('silent'))),
    ];
  } catch (reason) {
    if (!(reason instanceof ConfigError)) throw reason;
    const todo = 'Correct it, then run this again: nothing else was looked at.';
    return [{ about: 'configuration', level: 'error', says: reason.message, todo }];
  }
}

const found = await diagnose();
for (const diagnosis of found) say(diagnosis);
const count = (level: Diagnosis['level']) => found.filter((diagnosis) => diagnosis.level === level).length;
const plural = (n: number, word: string) => `${n} ${word}${n === 1 ? '' : 's'}`;
console.log(`\n${plural(count('error'), 'error')}, ${plural(count('warning'), 'warning')}`);
if (count('error') > 0) process.exitCode = 1;
