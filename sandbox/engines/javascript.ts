import { EngineUnavailableError, type SandboxEngine } from '../engine.ts';
import { FRAME_PATH } from '../frame/frame-headers.ts';
import { openRealm, type Realm } from './realm.ts';
import { RealmRun } from './realm-run.ts';

export interface JavaScriptEngineOptions {
  /** Where the frame's document is served with its own headers (see frame-headers.ts). */
  frameUrl?: string;
}

/**
 * JavaScript and TypeScript in a worker inside a frame of opaque origin, which ships with the portal. Each run gets a
 * realm of its own; the next one is made ready while the reader looks at the result.
 */
export function createJavaScriptEngine({
  frameUrl = FRAME_PATH,
}: JavaScriptEngineOptions = {}): SandboxEngine {
  let spare: Realm | undefined;
  const warm = () => {
    if (spare?.isClosed()) spare = undefined;
    spare ??= openRealm(frameUrl);
    return spare;
  };

  return {
    name: 'embedded',
    bootDeadlineMs: 10_000,
    supports: ({ language }) => language === 'typescript' || language === 'javascript',
    async prepare(signal) {
      const realm = warm();
      if (await readyOrAborted(realm, signal)) return;
      realm.close();
      throw new EngineUnavailableError('The sandbox frame did not start.');
    },
    async run(sample, options) {
      const realm = warm();
      spare = undefined;
      const started = await readyOrAborted(
        realm,
        AbortSignal.any([options.signal, AbortSignal.timeout(10_000)]),
      );
      if (!started) {
        realm.close();
        if (options.signal.aborted)
          return { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };
        throw new EngineUnavailableError('The sandbox frame did not start.');
      }
      try {
        return await new RealmRun(realm, sample, options).outcome;
      } finally {
        realm.close();
        // Not before the result is on screen: the next realm costs the page some milliseconds.
        setTimeout(warm, 50);
      }
    },
  };
}

/** False when the signal came first, or the frame went away. */
function readyOrAborted(realm: Realm, signal: AbortSignal): Promise<boolean> {
  const aborted = new Promise<boolean>((resolve) => {
    if (signal.aborted) resolve(false);
    signal.addEventListener('abort', () => resolve(false), { once: true });
  });
  return Promise.race([realm.ready.then(() => true), realm.closed.then(() => false), aborted]);
}
