import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSdk } from '../../sandbox/read-sample.ts';
import type { LoadedSample } from '../../sandbox/sample.ts';
import { type StarterSettings, starterFiles } from '../../sandbox/starter.ts';

type Language = LoadedSample['languages'][number];

export interface ProcessOutcome {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Unpacks a starter into a folder of its own, runs it as a reader would, and removes it. */
export async function runStarter(
  sample: LoadedSample,
  language: Language,
  settings: StarterSettings,
): Promise<ProcessOutcome> {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-starter-'));
  try {
    for (const { path, text } of starterFiles(sample, language, settings, readSdk())) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return await runShell('sh run.sh', folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** With this very Node first on the PATH, and nothing else of the test's environment. */
export function runShell(command: string, cwd: string): Promise<ProcessOutcome> {
  const path = `${dirname(process.execPath)}:${process.env.PATH}`;
  const child = spawn('sh', ['-c', command], { cwd, env: { PATH: path } });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}

/** Why this machine cannot run samples of a language, in a sentence; undefined when it can. */
export function missingFor({ id, texts }: Language): string | undefined {
  const has = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
  if (id === 'curl' && !has('curl', '--version')) return 'curl is not on this machine.';
  if (id === 'curl' && texts.some(({ text }) => /\bjq\b/.test(text)) && !has('jq', '--version'))
    return 'jq is not on this machine.';
  if (id === 'python' && !has('python3', '--version')) return 'python3 is not on this machine.';
  if (id === 'python' && !has('python3', '-c', 'import requests'))
    return 'python3 has no requests here: install it with "apt-get install python3-requests" or pip.';
  return undefined;
}
