/**
 * Runs a sample for real and keeps what happened as its recorded response.
 *
 *   RELAY_URL=http://localhost:4321 RELAY_API_KEY=fc_test_… node sandbox/record-sample.ts first-call
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readFolder, readSdk } from './read-sample.ts';
import { startRecorder } from './recorder.ts';
import { recordedRun, sampleManifest } from './sample.ts';
import { starterFiles } from './starter.ts';

async function record(name: string, apiOrigin: string, apiKey: string): Promise<void> {
  const folder = fileURLToPath(new URL(`./samples/${name}/`, import.meta.url));
  const files = readFolder(folder);
  const manifest = sampleManifest.parse(parse(String(files['sample.yaml'])));
  const [language] = manifest.languages;
  if (!language) throw new Error(`${name} has no language.`);
  const recorder = await startRecorder(apiOrigin);
  const startedAt = performance.now();
  const project = mkdtempSync(join(tmpdir(), 'firstcall-record-'));
  const texts = language.files.map((path) => ({ path, text: String(files[`${language.folder}/${path}`]) }));
  const settings = { api_origin: recorder.origin, api_key: apiKey };
  for (const { path, text } of starterFiles(
    { ...manifest, name },
    { ...language, texts },
    settings,
    readSdk(),
  ))
    writeFileSync(join(project, path), text);
  const child = spawn('node', [language.entry], {
    cwd: project,
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
  rmSync(project, { recursive: true });
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
