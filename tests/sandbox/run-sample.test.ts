import { expect, test, vi } from 'vitest';
import {
  EngineUnavailableError,
  type RunOptions,
  type RunResult,
  type SandboxEngine,
} from '../../sandbox/engine.ts';
import { runSample } from '../../sandbox/run-sample.ts';

const sample = {
  name: 's',
  language: 'typescript',
  entry: 'index.ts',
  files: [{ path: 'index.ts', text: '' }],
};
const done: RunResult = { status: 'succeeded', exitCode: 0, durationMs: 1, droppedBytes: 0 };

function engine(name: string, parts: Partial<SandboxEngine> = {}): SandboxEngine {
  return {
    name,
    bootDeadlineMs: 1_000,
    supports: () => true,
    prepare: async () => {},
    run: async () => done,
    ...parts,
  };
}

function options(signal = new AbortController().signal): RunOptions {
  const onRequest = () => Promise.reject(new Error('no network'));
  return { env: {}, signal, timeoutMs: 1_000, outputLimitBytes: 1_000, onOutput: () => {}, onRequest };
}

test('the first engine that can run it does', async () => {
  const engines = [engine('other', { supports: () => false }), engine('first'), engine('second')];
  expect(await runSample(engines, sample, options())).toEqual({
    result: done,
    engine: 'first',
    unavailable: [],
  });
});

test('an engine that cannot work here leaves the sample to the next', async () => {
  const prepare = () => Promise.reject(new EngineUnavailableError('Offline.'));
  const late = () => Promise.reject(new EngineUnavailableError('Gone.'));
  const engines = [engine('a', { prepare }), engine('b', { run: late }), engine('c')];
  expect(await runSample(engines, sample, options())).toEqual({
    result: done,
    engine: 'c',
    unavailable: [
      { engine: 'a', reason: 'Offline.' },
      { engine: 'b', reason: 'Gone.' },
    ],
  });
});

test('an engine whose start never settles is left at its deadline', async () => {
  vi.useFakeTimers();
  let aborted = false;
  const prepare = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      aborted = true;
    });
    return new Promise<void>(() => {});
  };
  const running = runSample(
    [engine('slow', { prepare, bootDeadlineMs: 15_000 }), engine('next')],
    sample,
    options(),
  );
  await vi.advanceTimersByTimeAsync(15_000);
  vi.useRealTimers();
  expect(await running).toMatchObject({
    engine: 'next',
    unavailable: [{ engine: 'slow', reason: 'It was not ready within 15 s.' }],
  });
  expect(aborted).toBe(true);
});

test('Stop during the start is a cancelled run', async () => {
  const stop = new AbortController();
  const running = runSample(
    [engine('slow', { prepare: () => new Promise(() => {}) })],
    sample,
    options(stop.signal),
  );
  stop.abort();
  expect((await running).result.status).toBe('cancelled');
});

test('when no engine is left, the reasons are', async () => {
  const prepare = () => Promise.reject(new EngineUnavailableError('Offline.'));
  await expect(runSample([engine('a', { prepare })], sample, options())).rejects.toThrow('a: Offline.');
  await expect(runSample([], sample, options())).rejects.toThrow(
    'No engine of this sandbox runs typescript.',
  );
});

test('a bug in an engine is not hidden behind the next one', async () => {
  const run = () => Promise.reject(new TypeError('bug'));
  await expect(runSample([engine('a', { run }), engine('b')], sample, options())).rejects.toThrow(TypeError);
});
