/**
 * Runs a sample for real and keeps what happened as its recorded response.
 *
 *   RELAY_URL=http://localhost:4321 RELAY_API_KEY=fc_test_… node sandbox/record-sample.ts first-call
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readFolder } from './read-sample.ts';
import { startRecorder } from './recorder.ts';
import { recordedRun, sampleManifest } from './sample.ts';

async function record(name: string, apiOrigin: string, apiKey: string): Promise<void> {
  const folder = fileURLToPath(new URL(`./samples/${name}/`, import.meta.url));
  const manifest = sampleManifest.parse(parse(String(readFolder(folder)['sample.yaml'])));
  const [language] = manifest.languages;
  if (!language) throw new Error(`${name} has no language.`);
  const recorder = await startRecorder(apiOrigin);
  const startedAt = performance.now();
  const child = spawn('node', ['--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', language.entry], {
    cwd: `${folder}${language.folder}`,
    env: { PATH: process.env.PATH, RELAY_URL: recorder.origin, RELAY_API_KEY: apiKey },
  });
  const output = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
    });
  }
  const exitCode = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
  recorder.close();
  const run = recordedRun.parse({
    recorded_at: new Date().toISOString(),
    language: language.id,
    exit_code: exitCode,
    duration_ms: Math.round(performance.now() - startedAt),
    ...output,
    requests: recorder.requests,
  });
  writeFileSync(`${folder}${manifest.recorded}`, `${JSON.stringify(run, null, 2)}\n`);
  console.log(`${name}: exit ${exitCode}, ${run.requests.length} request(s) kept in ${manifest.recorded}`);
}

const [name] = process.argv.slice(2);
const { RELAY_URL, RELAY_API_KEY } = process.env;
if (!name || !RELAY_URL || !RELAY_API_KEY) {
  console.error('Usage: RELAY_URL=<portal> RELAY_API_KEY=<key> node sandbox/record-sample.ts <sample>');
  process.exit(2);
}
await record(name, RELAY_URL, RELAY_API_KEY);
