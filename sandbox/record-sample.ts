/**
 * Runs a sample for real and keeps what happened as its recorded response.
 *
 *   RELAY_URL=http://localhost:4321 RELAY_API_KEY=fc_test_… node sandbox/record-sample.ts first-call
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { readFolder } from './read-sample.ts';
import { type RecordedRun, recordedRun, sampleManifest } from './sample.ts';

const MAX_BODY = 4_000;

/** Stands between the program and the API and notes what passes. */
async function startRecorder(apiOrigin: string) {
  const requests: RecordedRun['requests'] = [];
  const server = createServer(async (request, response) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = await request.toArray();
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url ?? '/', apiOrigin), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const body = await answer.text();
    requests.push({
      method: request.method as RecordedRun['requests'][number]['method'],
      path: request.url ?? '/',
      status: answer.status,
      duration_ms: Math.round(performance.now() - startedAt),
      body: body.slice(0, MAX_BODY),
    });
    const type = answer.headers.get('content-type') ?? 'application/octet-stream';
    response.writeHead(answer.status, { 'Content-Type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, requests, close: () => server.close() };
}

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
