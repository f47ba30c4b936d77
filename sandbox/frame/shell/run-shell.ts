import { Bash } from 'just-bash/browser';
import type { Ending, Surroundings } from '../runtime/one-run.ts';
import { createShellNetwork } from './curl.ts';
import { streamOutput } from './stream-output.ts';
import { ShellFiles, Terminal } from './terminal.ts';

const HOME = '/sample';

/** The wall clock and the reader's Stop are the limits here; the shell's own would end a loop that only waits. */
const NO_LIMIT = 1e12;

/** Runs the sample as `sh <entry>` would. */
export async function runShell({ message, output, bridge }: Surroundings): Promise<Ending> {
  const { entry, files, env } = message;
  const script = files.find(({ path }) => path === entry)?.text ?? '';
  const terminal = new Terminal(entry, script, (stream, text) => output.write(stream, text));
  const { fetch, curl } = createShellNetwork(bridge);
  const shell = new Bash({
    fs: new ShellFiles(
      Object.fromEntries(files.map(({ path, text }) => [`${HOME}/${path}`, text])),
      terminal,
    ),
    cwd: HOME,
    env: { HOME, ...env },
    fetch,
    customCommands: [curl],
    executionLimits: {
      maxLoopIterations: NO_LIMIT,
      maxCommandCount: NO_LIMIT,
      maxWorkUnits: NO_LIMIT,
      maxOutputSize: NO_LIMIT,
    },
    defenseInDepth: false,
  });
  shell.registerTransformPlugin(streamOutput());
  const { stdout, stderr, exitCode } = await shell.exec(script, { rawScript: true });
  terminal.rest(stdout, stderr);
  const error = exitCode === 0 ? undefined : terminal.lastError;
  return { exitCode, ...(error ? { error } : {}) };
}
