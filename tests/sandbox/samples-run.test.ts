import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readSample, sampleNames } from '../../sandbox/read-sample.ts';
import { startRecorder } from '../../sandbox/recorder.ts';
import { startPortal } from '../support/portal.ts';

// A broken quickstart cannot ship: every sample in every language makes its calls through the real gateway.

const samples = sampleNames().map((name) => readSample(name));
const cases = samples.flatMap((sample) =>
  sample.languages.map((language) => ({ sample, language, title: `${sample.name} in ${language.label}` })),
);

function runCommand(command: string, cwd: string, env: Record<string, string>) {
  const [program = '', ...args] = command.split(' ');
  const child = spawn(program === 'node' ? process.execPath : program, args, {
    cwd,
    env: { PATH: String(process.env.PATH), ...env },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  return new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, ...output }));
  });
}

describe('every sample', () => {
  test.each(cases)('$title does what it promises', async ({ sample, language }) => {
    if (language.id === 'curl' && spawnSync('curl', ['--version']).error) return;
    const { url, issueKey } = await startPortal('SQLite');
    const { secret } = await issueKey();
    const recorder = await startRecorder(url);
    onTestFinished(() => recorder.close());
    const values = { api_origin: recorder.origin, api_key: secret };
    const env = Object.fromEntries(Object.entries(sample.env).map(([name, what]) => [name, values[what]]));
    const cwd = fileURLToPath(
      new URL(`../../sandbox/samples/${sample.name}/${language.folder}`, import.meta.url),
    );
    const { exitCode, stdout, stderr } = await runCommand(language.command, cwd, env);
    expect({ exitCode, stderr: stderr.replace(/.*MODULE_TYPELESS[\s\S]*/, '') }).toEqual({
      exitCode: sample.expect.exit_code,
      stderr: '',
    });
    expect(stdout).toMatch(/msg_[0-9a-f]{24}/);
    const seen = recorder.requests.map(({ method, path, status }) => ({ method, path, status }));
    expect(seen).toEqual(sample.expect.requests);
  });

  test('the TypeScript one says why when the key is wrong', async () => {
    const { url } = await startPortal('SQLite');
    const cwd = fileURLToPath(new URL('../../sandbox/samples/first-call/node', import.meta.url));
    const { exitCode, stderr } = await runCommand('node index.ts', cwd, {
      RELAY_URL: url,
      RELAY_API_KEY: 'nonsense',
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/Error: 401 .+\. .+/);
  });
});
