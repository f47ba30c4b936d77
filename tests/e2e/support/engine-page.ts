import type { BridgeRequest, OutputChunk, RunResult, SandboxEngine } from '../../../sandbox/engine.ts';
import { createJavaScriptEngine } from '../../../sandbox/engines/javascript.ts';
import { createPythonEngine } from '../../../sandbox/engines/python.ts';
import { createShellEngine } from '../../../sandbox/engines/shell.ts';
import { createWebContainerEngine } from '../../../sandbox/engines/webcontainer.ts';
import { createBroker } from '../../../src/components/sandbox/broker.ts';

export interface TestRun {
  files: Record<string, string>;
  /** One of the engines below; the embedded one when left out. */
  engine?: string;
  language?: string;
  entry?: string;
  env?: Record<string, string>;
  timeoutMs?: number;
  outputLimitBytes?: number;
  /** Presses Stop this long after the start, the first output or the first request. */
  stopAfterMs?: number;
  stopAfterOutputMs?: number;
  stopAfterRequestMs?: number;
  /** What the bridge answers; without it every request is refused. */
  answer?: { status: number; body: string; delayMs?: number };
  /** The portal's own broker is the bridge: with its list of where a program may go, and a key. */
  broker?: boolean;
}

export interface TestOutcome {
  result: RunResult;
  chunks: OutputChunk[];
  stdout: string;
  stderr: string;
  requests: {
    method: string;
    url: string;
    headers: [string, string][];
    body: string | null;
    aborted: boolean;
  }[];
  firstOutputMs: number | null;
  /** From the call to its answer, start of the engine included. */
  settledMs: number;
}

const engines: Record<string, SandboxEngine> = {
  embedded: createJavaScriptEngine(),
  python: createPythonEngine(),
  shell: createShellEngine(),
  webcontainer: createWebContainerEngine({ apiOrigin: 'https://api.test' }),
};

function engineCalled(name = 'embedded'): SandboxEngine {
  const engine = engines[name];
  if (!engine) throw new Error(`engine-page.ts knows no engine called ${name}.`);
  return engine;
}

/** Without its walls (see engine-harness.ts) the API begins at the root, and everything is part of it. */
const apiBase = () => `${location.origin}/${document.body.dataset.loose === undefined ? 'v1' : ''}`;

/** The portal's broker as the docs have it, with a key that no program may ever hold. */
const portalBroker = () =>
  createBroker({
    apiBase: apiBase(),
    placeholder: 'fc_test_PLACEHOLDER',
    getKey: async () => 'fc_test_the-key-of-the-reader',
    forgetKey: () => {},
    onRequest: () => ({ answered: () => {}, failed: () => {} }),
  });

async function run(test: TestRun): Promise<TestOutcome> {
  const chunks: OutputChunk[] = [];
  const requests: TestOutcome['requests'] = [];
  const stop = new AbortController();
  const started = performance.now();
  let firstOutputMs: number | null = null;
  const stopAfter = (ms: number | undefined) => {
    if (ms !== undefined) setTimeout(() => stop.abort(), ms);
  };
  stopAfter(test.stopAfterMs);
  const bridge = async ({ method, url, headers, body }: BridgeRequest, signal: AbortSignal) => {
    const seen = { method, url, headers, body: body && new TextDecoder().decode(body), aborted: false };
    requests.push(seen);
    stopAfter(test.stopAfterRequestMs);
    signal.addEventListener('abort', () => {
      seen.aborted = true;
    });
    if (!test.answer) throw new Error('This test has no network.');
    await new Promise((resolve) => setTimeout(resolve, test.answer?.delayMs ?? 0));
    const answer = new TextEncoder().encode(test.answer.body);
    return {
      url,
      status: test.answer.status,
      statusText: '',
      headers: [] as [string, string][],
      body: answer,
    };
  };
  const files = Object.entries(test.files).map(([path, text]) => ({ path, text }));
  const result = await engineCalled(test.engine).run(
    { name: 'test', language: test.language ?? 'typescript', entry: test.entry ?? 'index.ts', files },
    {
      env: test.env ?? {},
      signal: stop.signal,
      timeoutMs: test.timeoutMs ?? 10_000,
      outputLimitBytes: test.outputLimitBytes ?? 100_000,
      onOutput: (chunk) => {
        if (firstOutputMs === null) stopAfter(test.stopAfterOutputMs);
        firstOutputMs ??= performance.now() - started;
        chunks.push(chunk);
      },
      onRequest: test.broker ? portalBroker() : bridge,
    },
  );
  const text = (stream: string) =>
    chunks.map((chunk) => (chunk.stream === stream ? chunk.text : '')).join('');
  return {
    result,
    chunks,
    stdout: text('stdout'),
    stderr: text('stderr'),
    requests,
    firstOutputMs,
    settledMs: performance.now() - started,
  };
}

declare global {
  interface Window {
    run: typeof run;
    prepare: (engine?: string, deadlineMs?: number) => Promise<void>;
  }
}
window.run = run;
window.prepare = (engine, deadlineMs = 60_000) =>
  engineCalled(engine).prepare(AbortSignal.timeout(deadlineMs));
