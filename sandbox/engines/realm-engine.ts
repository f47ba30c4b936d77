import { type BootProgress, EngineUnavailableError, type SandboxEngine } from '../engine.ts';
import { openRealm, type Realm, type RealmBoot } from './realm.ts';
import { RealmRun } from './realm-run.ts';

type OnProgress = (progress: BootProgress) => void;

export interface RealmEngineOptions {
  name: string;
  languages: readonly string[];
  bootDeadlineMs: number;
  /** Where the frame's document is served with its own headers (see frame-headers.ts). */
  frameUrl: string;
  /** What the reader hears when the worker does not start in time. A sentence. */
  notStarted: string;
  /** Fetches what the frame is to run; left out, it runs its own worker. Rejects with a sentence for the reader. */
  load?: (signal: AbortSignal, onProgress: OnProgress) => Promise<RealmBoot>;
}

/**
 * An engine whose programs run in a worker inside a frame of opaque origin. Each run gets a realm of its own; the
 * next one is made ready while the reader looks at the result.
 */
export function createRealmEngine(options: RealmEngineOptions): SandboxEngine {
  const { name, languages, bootDeadlineMs, frameUrl, notStarted } = options;
  const loading = options.load && shareLoading(options.load);
  let spare: Realm | undefined;
  const warm = () => {
    if (spare?.isClosed()) spare = undefined;
    if (spare) return spare;
    const realm = openRealm(frameUrl, loading?.start());
    // Nothing of the reader's has run in it yet, so what it hands over is as good as what was served.
    realm.ready.then((assets) => loading?.add(assets));
    spare = realm;
    return realm;
  };

  /** Waits for a realm; undefined when the signal came first. Rejects when it cannot start. */
  const whenReady = async (signal: AbortSignal, onProgress?: OnProgress): Promise<Realm | undefined> => {
    const realm = warm();
    const unfollow = loading?.follow(onProgress);
    try {
      const outcome = await Promise.race([
        realm.ready.then(() => 'ready' as const),
        realm.closed.then((reason) => ({ reason })),
        aborted(signal),
      ]);
      if (outcome === 'ready') return realm;
      if (outcome !== 'aborted') throw new EngineUnavailableError(outcome.reason ?? notStarted);
      return undefined;
    } finally {
      unfollow?.();
    }
  };

  const giveUp = () => {
    loading?.cancel();
    spare?.close();
    spare = undefined;
  };

  return {
    name,
    bootDeadlineMs,
    supports: ({ language }) => languages.includes(language),
    async prepare(signal, onProgress) {
      if (await whenReady(signal, onProgress)) return;
      giveUp();
      throw new EngineUnavailableError(notStarted);
    },
    async run(sample, runOptions) {
      const deadline = AbortSignal.timeout(bootDeadlineMs);
      const realm = await whenReady(AbortSignal.any([runOptions.signal, deadline]), runOptions.onProgress);
      if (!realm) {
        giveUp();
        if (runOptions.signal.aborted)
          return { status: 'cancelled', exitCode: null, durationMs: 0, droppedBytes: 0 };
        throw new EngineUnavailableError(notStarted);
      }
      spare = undefined;
      try {
        return await new RealmRun(realm, sample, runOptions).outcome;
      } finally {
        realm.close();
        // Not before the result is on screen: the next realm costs the page some milliseconds.
        setTimeout(warm, 50);
      }
    },
  };
}

function aborted(signal: AbortSignal): Promise<'aborted'> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
}

/** One download for every realm of the page; whoever waits for it hears how far it is. A failed one is forgotten. */
function shareLoading(load: NonNullable<RealmEngineOptions['load']>) {
  const followers = new Set<OnProgress>();
  let boot: Promise<RealmBoot> | undefined;
  let isDone = false;
  let attempt = new AbortController();
  let latest: BootProgress | undefined;
  return {
    start(): Promise<RealmBoot> {
      if (boot) return boot;
      attempt = new AbortController();
      const started = load(attempt.signal, (progress) => {
        latest = progress;
        for (const tell of followers) tell(progress);
      });
      started.then(
        () => {
          isDone = true;
        },
        () => {
          if (boot === started) boot = undefined;
        },
      );
      boot = started;
      return started;
    },
    /** What later realms get besides. */
    add(assets: Record<string, Blob>): void {
      if (Object.keys(assets).length === 0) return;
      boot = boot?.then((parts) => ({ ...parts, assets: { ...parts.assets, ...assets } }));
    },
    /** Nothing when it is there already: what was loaded stays. */
    cancel(): void {
      if (isDone) return;
      boot = undefined;
      attempt.abort();
    },
    follow(tell: OnProgress | undefined): () => void {
      if (!tell) return () => {};
      followers.add(tell);
      if (latest) tell(latest);
      return () => followers.delete(tell);
    },
  };
}
