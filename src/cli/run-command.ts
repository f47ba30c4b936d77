import { parseArgs } from 'node:util';
import { type Config, ConfigError, parseConfig } from '../config.ts';
import { PostgresToolError } from '../db/postgres-tools.ts';
import { OperatorError } from '../features/operations/operator-error.ts';

export interface CommandLine {
  folder: string;
  force: boolean;
}

/** The one folder and `--force`. Throws OperatorError with how the command is used. */
export function readCommandLine(args: string[], usage: string): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { force: { type: 'boolean', default: false } },
    });
    const [folder] = positionals;
    if (folder !== undefined && positionals.length === 1) return { folder, force: values.force };
  } catch {
    // Said below.
  }
  throw new OperatorError(`Name one folder: ${usage}`);
}

/** Runs a command of the operator's; what they can mend is one line and an exit code of 1. */
export async function runCommand(command: (config: Config) => Promise<void>): Promise<void> {
  try {
    await command(parseConfig(process.env));
  } catch (error) {
    console.error(`error: ${explain(error)}`);
    if (process.env.LOG_LEVEL === 'debug') console.error(error);
    process.exitCode = 1;
  }
}

function explain(error: unknown): string {
  if (error instanceof OperatorError || error instanceof PostgresToolError || error instanceof ConfigError) {
    return error.message;
  }
  const { code, message } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { code: '', message: String(error) };
  if (code === 'ENOSPC') return `The disk is full: ${message}. Make room, then run this again.`;
  if (code === 'EACCES' || code === 'EPERM') return `This user may not do that: ${message}.`;
  if (/^(ECONN|ENOTFOUND|ETIMEDOUT|28|3D)/.test(String(code)))
    return `DATABASE_URL cannot be reached: ${message || code}.`;
  return message;
}
