import { expect, type Page } from '@playwright/test';
import type { ContractEngine, Program } from './support/contract/contract-engine.ts';
import { contractEngines } from './support/contract/engines.ts';
import type { TestOutcome, TestRun } from './support/engine-page.ts';
import { test } from './support/engine-test.ts';

// What every engine promises, tried on each of them in a real browser under the headers it has in production.

/** What Stop may take, whatever the program is doing. */
const AT_ONCE_MS = 3_000;

for (const engine of contractEngines) {
  test.describe(`${engine.name} keeps the contract:`, () => {
    // One after the other, because most of them share a page.
    test.describe.configure({ mode: 'default', timeout: 30_000 + 2 * engine.coldMs });
    contract(engine);
  });
}

function contract(engine: ContractEngine): void {
  const { programs } = engine;
  const open = async (on: Page, url: string) => {
    await engine.arrange?.(on);
    await on.goto(url + engine.page);
  };
  // A reader runs one program after the other on the same page, and so does what needs no page of its own.
  let page: Page;
  test.beforeAll(async ({ browser, harness }) => {
    page = await browser.newPage();
    await open(page, harness.url);
  });
  test.afterAll(() => page.close());
  const run = (on: Page, files: Program, rest: Partial<TestRun> = {}): Promise<TestOutcome> => {
    const { name, language, entry } = engine;
    return on.evaluate((given) => window.run(given), { engine: name, language, entry, files, ...rest });
  };
  const all = (outcome: TestOutcome) => outcome.chunks.map(({ text }) => text).join('');

  test('a program prints in order, with stderr apart where the engine can tell', async () => {
    const outcome = await run(page, programs.inOrder);
    expect(all(outcome)).toBe('one\ntwo\nthree\n');
    expect(outcome.result).toMatchObject({ status: 'succeeded', exitCode: 0, droppedBytes: 0 });
    if (!engine.tellsStderrApart) return;
    expect(outcome).toMatchObject({ stdout: 'one\nthree\n', stderr: 'two\n' });
  });

  test('a program leaves with the code it chose, and that is a result', async () => {
    const outcome = await run(page, programs.exitsWith3);
    expect(all(outcome)).toBe('before\n');
    expect(outcome.result).toMatchObject({ status: 'failed', exitCode: 3 });
  });

  test('a program sees its environment and nothing else', async () => {
    const outcome = await run(page, programs.environment, { env: { GREETING: 'good day' } });
    expect(all(outcome)).toBe('good day\nunset\n');
  });

  test('a program may be several files', async () => {
    expect(Object.keys(programs.severalFiles).length).toBeGreaterThan(1);
    const outcome = await run(page, programs.severalFiles);
    expect(all(outcome)).toBe('from the other file\n');
    expect(outcome.result.status).toBe('succeeded');
  });

  test('a failing program is a result that names the line', async () => {
    const outcome = await run(page, programs.failsOnLine3);
    expect(outcome.result.status).toBe('failed');
    expect(outcome.result.exitCode).toBeGreaterThan(0);
    expect(all(outcome)).toContain('boom');
    expect(all(outcome)).toMatch(lineOf(engine.entry, 3));
  });

  test('a program that cannot be parsed is a result that names the line', async () => {
    const outcome = await run(page, programs.syntaxError);
    expect(outcome.result.status).toBe('failed');
    expect(all(outcome)).toMatch(lineOf(engine.entry, 2));
  });

  test('a program that asks for a file that is not there hears its name', async () => {
    const outcome = await run(page, programs.missingImport);
    expect(outcome.result.status).toBe('failed');
    expect(all(outcome)).toContain('missing');
  });

  test('a program that never yields is stopped at once, and the next one runs', async () => {
    await run(page, programs.inOrder);
    const before = Date.now();
    const stopped = await run(page, programs.endless, { stopAfterOutputMs: 200 });
    expect(stopped.result).toMatchObject({ status: 'cancelled', exitCode: null });
    expect(all(stopped)).toBe('start\n');
    expect(Date.now() - before).toBeLessThan(AT_ONCE_MS + engine.coldMs);
    await expect.poll(() => engine.stillRunning(page)).toBe(0);
    expect(all(await run(page, programs.inOrder))).toBe('one\ntwo\nthree\n');
  });

  test('a run is cancelled at any moment of its life', async () => {
    for (const stopAfterMs of [0, 1, 10, 50, 150, 400]) {
      const { result, settledMs } = await run(page, programs.endless, { stopAfterMs });
      expect(result, `after ${stopAfterMs} ms`).toMatchObject({ status: 'cancelled', exitCode: null });
      expect(settledMs).toBeLessThan(stopAfterMs + AT_ONCE_MS);
    }
    await expect.poll(() => engine.stillRunning(page)).toBe(0);
  });

  test('a program meets the wall clock, which does not count the start of the engine', async () => {
    const { result } = await run(page, programs.endless, { timeoutMs: 1_500 });
    expect(result).toMatchObject({ status: 'timed_out', exitCode: null });
    expect(result.durationMs).toBeGreaterThanOrEqual(1_400);
    expect(result.durationMs).toBeLessThan(1_500 + AT_ONCE_MS);
    await expect.poll(() => engine.stillRunning(page)).toBe(0);
  });

  test('output is cut at the limit and what was cut is counted', async () => {
    const outcome = await run(page, programs.printsTwoMegabytes, {
      outputLimitBytes: 100_000,
      timeoutMs: 20_000,
    });
    expect(all(outcome)).toHaveLength(100_000);
    expect(outcome.result).toMatchObject({ status: 'succeeded', droppedBytes: 1_900_000 });
  });

  test('a program that prints for ever is cut and ends by the wall clock at the latest', async () => {
    const outcome = await run(page, programs.floods, { outputLimitBytes: 50_000, timeoutMs: 2_000 });
    expect(all(outcome).length).toBeLessThanOrEqual(50_000);
    expect(all(outcome)).toContain('spam\nspam\n');
    expect(['timed_out', 'failed']).toContain(outcome.result.status);
    expect(await page.evaluate(() => 'the page answers')).toBe('the page answers');
    await expect.poll(() => engine.stillRunning(page)).toBe(0);
  });

  test('each run starts clean', async () => {
    await run(page, programs.leavesTraces);
    expect(all(await run(page, programs.looksForTraces))).toBe('clean\n');
    await expect.poll(() => engine.stillRunning(page)).toBe(0);
  });

  test('an engine that cannot start is an exception with a sentence', async ({ page: broken, harness }) => {
    await engine.arrange?.(broken);
    await engine.refuseToStart(broken);
    await broken.goto(harness.url + engine.page);
    await expect(run(broken, programs.inOrder)).rejects.toThrow(/EngineUnavailableError: [A-Z].+\./);
  });

  test('an engine that hangs while it starts lets go of whoever waits', async ({ page: broken, harness }) => {
    await engine.arrange?.(broken);
    await engine.hangWhileStarting(broken);
    await broken.goto(harness.url + engine.page);
    const { result, settledMs } = await run(broken, programs.inOrder, { stopAfterMs: 300 });
    expect(result.status).toBe('cancelled');
    expect(settledMs).toBeLessThan(300 + AT_ONCE_MS);
    const prepared = broken.evaluate((name) => window.prepare(name, 300), engine.name);
    await expect(prepared).rejects.toThrow(/EngineUnavailableError/);
  });

  test('preparing twice, and not at all, is fine', async ({ page: fresh, harness }) => {
    await open(fresh, harness.url);
    await fresh.evaluate(async (name) => {
      await Promise.all([window.prepare(name), window.prepare(name)]);
    }, engine.name);
    expect(all(await run(fresh, programs.inOrder))).toBe('one\ntwo\nthree\n');
  });

  const { posts } = programs;
  if (!posts || !engine.hasBridge) return;

  test('a request goes over the bridge, as the program wrote it', async ({ harness }) => {
    const answer = { status: 201, body: '{}' };
    const { requests, stdout } = await run(page, posts, { answer });
    expect(stdout).toBe('201\n');
    expect(requests).toMatchObject([
      { method: 'POST', url: 'https://api.test/v1/things', body: 'hello', aborted: false },
    ]);
    const names = requests[0]?.headers.map(([name, value]) => [name.toLowerCase(), value]);
    expect(names).toContainEqual(['authorization', 'Bearer placeholder']);
    expect(harness.seen.filter(({ line }) => line.includes('things'))).toEqual([]);
  });

  test('a refused request is explained to the program', async () => {
    const outcome = await run(page, posts);
    expect(outcome.result.status).toBe('failed');
    expect(outcome.stderr).toContain('This test has no network.');
  });

  test('a request is aborted with its program', async () => {
    const answer = { status: 200, body: '', delayMs: 60_000 };
    const { result, requests } = await run(page, posts, { stopAfterRequestMs: 200, answer });
    expect(result.status).toBe('cancelled');
    expect(requests).toMatchObject([{ aborted: true }]);
  });
}

/** `index.ts:3`, `File "main.py", line 3`, `send.sh: line 3`: each language says it in its own way. */
function lineOf(entry: string, line: number): RegExp {
  const name = entry.replace('.', '\\.');
  return new RegExp(`${name}(:|", line |: line |: )${line}\\b`);
}
