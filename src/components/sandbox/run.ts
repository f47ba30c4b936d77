import type {
  BootProgress,
  OutputChunk,
  RunOptions,
  RunResult,
  SampleFile,
  SandboxEngine,
} from '../../../sandbox/engine.ts';
import { createEmbeddedEngines } from '../../../sandbox/engines/embedded.ts';
import { type EngineRun, runSample } from '../../../sandbox/run-sample.ts';
import { callPortal, forgetSandboxKey, keyForSandbox } from '../onboarding/portal-client.ts';
import { announceRefusal, noteSandboxLanguage } from '../onboarding/sandbox-call.ts';
import { createBroker, type RequestNote } from './broker.ts';
import { type PortalConfig, portalConfig } from './portal-config.ts';

/** What the page knows of a sample before it runs. */
export interface RunnableSample {
  name: string;
  language: string;
  entry: string;
  /** Names of environment variables, and what to put into each. */
  env: Record<string, 'api_origin' | 'api_key'>;
}

export interface RunView {
  onProgress?(progress: BootProgress): void;
  onStart(): void;
  onOutput(chunk: OutputChunk): void;
  onRequest(method: string, path: string): RequestNote;
}

/** What a place with more to it than the sandbox in the docs adds to a run. */
export interface RunSetting {
  /** In the order they are tried. */
  engines?: SandboxEngine[];
  options?: Pick<RunOptions, 'terminal' | 'onServer' | 'onProgress'>;
  /** The key that makes the reader known, asked for at once, in parallel with the start. */
  firstKey?: () => Promise<unknown>;
}

/** Stands in the program for a key that it never sees. */
export const keyPlaceholder = ({ key_prefix }: PortalConfig) =>
  `${key_prefix}_test_YOUR_KEY_IS_ADDED_BY_THE_PAGE`;

const engines = createEmbeddedEngines();
/** Six megabytes are not fetched because somebody came near. */
const ONLY_ON_RUN = ['python'];

/** Loads what a run will need, so that Run itself is quick. Nothing is sent that would make the reader known. */
export function prepareRun(language: string): void {
  portalConfig().catch(() => {});
  const engine = engines.find((one) => one.supports({ language }));
  if (!engine || ONLY_ON_RUN.includes(language)) return;
  engine.prepare(AbortSignal.timeout(engine.bootDeadlineMs)).catch(() => {});
}

/**
 * Runs the files as they are and tells the portal how it went. Rejects with EngineUnavailableError, or with the
 * portal's own sentence when even that did not answer.
 */
export async function run(
  sample: RunnableSample,
  files: SampleFile[],
  view: RunView,
  signal: AbortSignal,
  setting: RunSetting = {},
): Promise<EngineRun & { timeoutMs: number }> {
  // Whoever needs the key first waits for it.
  noteSandboxLanguage(sample.language);
  const firstKey = (setting.firstKey ?? keyForSandbox)();
  firstKey.catch(() => {});
  try {
    const config = await untilAborted(portalConfig(), signal);
    if (!config) return { result: CANCELLED, engine: 'none', unavailable: [], timeoutMs: 0 };
    const placeholder = keyPlaceholder(config);
    const values = { api_origin: config.api_origin, api_key: placeholder };
    const outcome = await runSample(
      setting.engines ?? engines,
      { name: sample.name, language: sample.language, entry: sample.entry, files },
      {
        onProgress: (progress) => view.onProgress?.(progress),
        ...setting.options,
        env: Object.fromEntries(Object.entries(sample.env).map(([name, what]) => [name, values[what]])),
        signal,
        timeoutMs: config.sandbox.timeout_ms,
        outputLimitBytes: config.sandbox.output_limit_bytes,
        onStart: view.onStart,
        onOutput: view.onOutput,
        onRequest: createBroker({
          apiBase: config.api_base,
          placeholder,
          getKey: async () => (await keyForSandbox()).secret,
          forgetKey: forgetSandboxKey,
          onRequest: (method, path) => explainRefusals(method, path, view.onRequest(method, path)),
        }),
      },
    );
    void report(firstKey, sample, outcome.result.status);
    return { ...outcome, timeoutMs: config.sandbox.timeout_ms };
  } catch (error) {
    void report(firstKey, sample, 'unavailable');
    throw error;
  }
}

function explainRefusals(method: string, path: string, note: RequestNote): RequestNote {
  return {
    answered(status, durationMs, body) {
      note.answered(status, durationMs, body);
      if (status === 401) announceRefusal(method, path, durationMs, body);
    },
    failed: (reason) => note.failed(reason),
  };
}

const CANCELLED: RunResult = { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };

/** Undefined when Stop came first. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const aborted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  return Promise.race([promise, aborted]);
}

/** Only the funnel is poorer when this gets lost. */
async function report(key: Promise<unknown>, sample: RunnableSample, status: string): Promise<void> {
  try {
    // The session that the event belongs to begins with the key.
    await key;
    await callPortal('/api/onboarding-events', {
      name: 'sample_run',
      sample: sample.name,
      language: sample.language,
      status,
    });
  } catch {}
}
