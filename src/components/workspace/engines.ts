import { EngineUnavailableError, type RunOptions, type SandboxEngine } from '../../../sandbox/engine.ts';
import { createEmbeddedEngines } from '../../../sandbox/engines/embedded.ts';
import type { EngineRun } from '../../../sandbox/run-sample.ts';
import { issueKey } from '../onboarding/portal-client.ts';
import type { PortalConfig } from '../sandbox/portal-config.ts';
import { keyPlaceholder } from '../sandbox/run.ts';

/** Remembered per browser: somebody who has seen it start waits for it longer. */
const STARTED = 'firstcall:webcontainer-started';
const KEY_LIFE_S = 3_600;
/** A program gets a key that is good for a while yet. */
const KEY_MARGIN_MS = 600_000;

/** The engines of this portal, in its order. */
export async function createEngines(config: PortalConfig): Promise<SandboxEngine[]> {
  const engines = await Promise.all(
    config.sandbox.engines.map(async (name) => {
      if (name === 'embedded') return createEmbeddedEngines();
      const webcontainer = await import('../../../sandbox/engines/webcontainer.ts');
      return webcontainer.createWebContainerEngine({
        clientId: config.sandbox.webcontainer_client_id ?? undefined,
        apiOrigin: config.api_origin,
        bootDeadlineMs: hasStarted() ? webcontainer.BOOT_DEADLINE_MS : webcontainer.FIRST_BOOT_DEADLINE_MS,
        key: { placeholder: keyPlaceholder(config), get: keyForContainer },
      });
    }),
  );
  return engines.flat();
}

/** Six megabytes are not fetched because somebody opened a page. */
const ONLY_ON_RUN = ['python'];

/** Gets the first engine ready that can be, so that Run need not wait. */
export async function prepareFirst(
  engines: SandboxEngine[],
  language: string,
  onProgress: NonNullable<RunOptions['onProgress']>,
): Promise<Pick<EngineRun, 'engine' | 'unavailable'>> {
  const unavailable: EngineRun['unavailable'] = [];
  for (const engine of engines.filter((one) => one.supports({ language }))) {
    if (ONLY_ON_RUN.includes(language)) return { engine: engine.name, unavailable };
    try {
      await engine.prepare(AbortSignal.timeout(engine.bootDeadlineMs), onProgress);
      if (engine.name === 'webcontainer') rememberStart();
      return { engine: engine.name, unavailable };
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      unavailable.push({ engine: engine.name, reason: error.message });
    }
  }
  return { engine: 'none', unavailable };
}

let key: Promise<string> | undefined;
let goodUntil = 0;

/** A key for programs that hold it themselves: one for this page, asked for by the first run, short-lived. */
export function keyForContainer(): Promise<string> {
  if (Date.now() > goodUntil) key = undefined;
  if (!key) goodUntil = Date.now() + KEY_LIFE_S * 1_000 - KEY_MARGIN_MS;
  key ??= issueKey('sandbox', { expires_in_s: KEY_LIFE_S }).then(
    ({ secret }) => secret,
    (error: unknown) => {
      key = undefined;
      throw error;
    },
  );
  return key;
}

function hasStarted(): boolean {
  try {
    return localStorage.getItem(STARTED) !== null;
  } catch {
    return false;
  }
}

function rememberStart(): void {
  try {
    localStorage.setItem(STARTED, 'yes');
  } catch {
    // Without storage every visit is a first one.
  }
}
