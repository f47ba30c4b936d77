import { expect, type Page, test } from '@playwright/test';
import { type EngineHarness, startEngineHarness } from './support/engine-harness.ts';
import type { TestOutcome, TestRun } from './support/engine-page.ts';

// What every engine promises, tried on the embedded one in a real browser, in the real frame under its real headers.

let harness: EngineHarness;
test.beforeAll(async () => {
  harness = await startEngineHarness();
});
test.afterAll(() => harness.close());
test.beforeEach(async ({ page }) => {
  await page.goto(harness.url);
});

function run(
  page: Page,
  code: string | Record<string, string>,
  rest: Omit<TestRun, 'files'> = {},
): Promise<TestOutcome> {
  const files = typeof code === 'string' ? { 'index.ts': code } : code;
  return page.evaluate((given) => window.run(given), { files, ...rest });
}

test.describe('a program', () => {
  test('prints in order, with stderr apart, and leaves with 0', async ({ page }) => {
    const outcome = await run(
      page,
      `console.log('one', { two: 2 }, [3]); console.error('four'); process.stdout.write('five\\n');
       setTimeout(() => console.log('seven'), 20); await Promise.resolve(); console.warn('six');`,
    );
    expect(outcome.chunks).toEqual([
      { stream: 'stdout', text: 'one { two: 2 } [ 3 ]\n' },
      { stream: 'stderr', text: 'four\n' },
      { stream: 'stdout', text: 'five\n' },
      { stream: 'stderr', text: 'six\n' },
      { stream: 'stdout', text: 'seven\n' },
    ]);
    expect(outcome.result).toMatchObject({ status: 'succeeded', exitCode: 0, droppedBytes: 0 });
  });

  test('leaves with the code it chose', async ({ page }) => {
    const exited = await run(page, `console.log('before'); process.exit(3); console.log('after');`);
    expect(exited).toMatchObject({ stdout: 'before\n', result: { status: 'failed', exitCode: 3 } });
    const set = await run(page, `process.exitCode = 4; console.log('after');`);
    expect(set).toMatchObject({ stdout: 'after\n', stderr: '', result: { status: 'failed', exitCode: 4 } });
  });

  test('sees its environment and arguments', async ({ page }) => {
    const { stdout } = await run(
      page,
      `console.log(process.env.RELAY_URL, process.env.NOBODY, process.argv.length)`,
      {
        env: { RELAY_URL: 'http://localhost:1' },
      },
    );
    expect(stdout).toBe('http://localhost:1 undefined 2\n');
  });

  test('may be several files, typed, with JSON and modules of Node', async ({ page }) => {
    const { stdout, stderr, result } = await run(page, {
      'index.ts': `import type { Point } from './lib/point.ts';\nimport { add } from './lib/point.ts';
        import data from './data.json' with { type: 'json' };\nimport { readFileSync } from 'node:fs';
        import path from 'node:path';\nimport { setTimeout as wait } from 'node:timers/promises';
        const origin: Point = { x: 1, y: 2 };\nawait wait(1);
        console.log(add(origin, data as Point), path.extname('a/b.ts'), readFileSync('data.json', 'utf8').length);
        const { late } = await import('./lib/late.ts'); console.log(late satisfies string, import.meta.url);`,
      'lib/point.ts': `import { one } from '../one.ts';\nexport interface Point { x: number; y: number }
        export const add = (a: Point, b: Point): Point => ({ x: a.x + b.x * one, y: a.y + b.y });`,
      'lib/late.ts': `export const late = 'late';`,
      'one.ts': 'export const one = 1;',
      'data.json': '{"x": 10, "y": 20}',
    });
    expect(stderr).toBe('');
    expect(stdout).toBe('{ x: 11, y: 22 } .ts 18\nlate file:///index.ts\n');
    expect(result.status).toBe('succeeded');
  });

  test('waits for what is under way, also without a top-level await', async ({ page }) => {
    const { stdout, result } = await run(
      page,
      `fetch('https://api.test/v1/x', { method: 'POST', body: 'hello' }).then((r) => r.json()).then((b) => console.log(b.id));
       const timer = setInterval(() => {}, 5); setTimeout(() => clearInterval(timer), 60); setTimeout(() => {}, 60_000).unref();`,
      { answer: { status: 201, body: '{"id":"msg_1"}', delayMs: 40 } },
    );
    expect(stdout).toBe('msg_1\n');
    expect(result.status).toBe('succeeded');
    expect(result.durationMs).toBeLessThan(5_000);
  });

  test('hands its requests to the bridge and has no other network', async ({ page }) => {
    const { requests, stdout } = await run(
      page,
      `const r = await fetch('https://api.test/v1/messages?a=1', { method: 'POST',
         headers: { Authorization: 'Bearer placeholder' }, body: JSON.stringify({ to: 'ada' }) });
       console.log(r.status, r.ok, r.url, await r.text());`,
      { answer: { status: 404, body: 'no' } },
    );
    expect(stdout).toBe('404 false https://api.test/v1/messages?a=1 no\n');
    expect(requests).toMatchObject([
      { method: 'POST', url: 'https://api.test/v1/messages?a=1', body: '{"to":"ada"}', aborted: false },
    ]);
    expect(requests[0]?.headers).toContainEqual(['authorization', 'Bearer placeholder']);
  });

  test('reads why a request was refused', async ({ page }) => {
    const { stderr } = await run(page, `await fetch('https://api.test/');`);
    expect(stderr).toMatch(/TypeError: fetch failed\n {4}at index.ts:1/);
    expect(stderr).toContain('This test has no network.');
  });
});

test.describe('a mistake', () => {
  test('before the first line is a result that names the place', async ({ page }) => {
    const { stderr, result } = await run(page, `\n\nthrow new RangeError('too early');`);
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(result.error).toEqual({ message: 'RangeError: too early', file: 'index.ts', line: 3 });
    expect(stderr).toBe('RangeError: too early\n    at index.ts:3\n');
  });

  test('deep inside another file is shown with the reader’s lines only', async ({ page }) => {
    const { stderr, result } = await run(page, {
      'index.ts': `import { a } from './a.ts';\ninterface X {\n  y: string;\n}\nasync function main() { await null; a(); }\nmain();`,
      'a.ts': `export type A = string;\nexport function a(): never {\n  throw new Error('from a');\n}`,
    });
    expect(result.error).toEqual({ message: 'Error: from a', file: 'a.ts', line: 3 });
    expect(stderr).toBe('Error: from a\n    at a (a.ts:3)\n    at main (index.ts:5)\n');
  });

  for (const [name, code, message, line] of [
    ['a missing bracket', 'const a = 1;\nconsole.log(a;\n', /SyntaxError: Unexpected token/, 2],
    [
      'a name declared twice',
      'const a = 1;\n\nconst a = 2;',
      /SyntaxError: .*'a' has already been declared/,
      3,
    ],
    ['await in a plain function', 'const b = 1;\nfunction f() {\n  await b;\n}', /SyntaxError: await/, 3],
    ['a stray comma', 'const x = {\n a: 1,,\n};', /SyntaxError/, 2],
    [
      'a file that is not there',
      "const x = 1;\nimport { b } from './b.ts';",
      /Cannot find '.\/b.ts'. The files here are index.ts/,
      2,
    ],
    [
      'a module that only Node has',
      "import net from 'node:net';",
      /'node:net' is not available in this sandbox/,
      1,
    ],
    ['a package', "\nimport z from 'zod';", /'zod' is not available in this sandbox/, 2],
  ] as const) {
    test(`${name} is explained with its line`, async ({ page }) => {
      const { stderr, result } = await run(page, code);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(new RegExp(`^index\\.ts:${line}: `));
      expect(result).toMatchObject({ status: 'failed', exitCode: 1, error: { file: 'index.ts', line } });
    });
  }

  test('imports that go in a circle are named', async ({ page }) => {
    const { stderr } = await run(page, {
      'index.ts': `import './a.ts';`,
      'a.ts': `import './b.ts';`,
      'b.ts': `\nimport './a.ts';`,
    });
    expect(stderr).toBe(
      'b.ts:2: The imports go in a circle (a.ts → b.ts → a.ts), which this sandbox cannot run.\n',
    );
  });

  test('an import of something that is not exported is named', async ({ page }) => {
    const { stderr } = await run(page, {
      'index.ts': `import { A } from './a.ts';\nconst a: A = 1;`,
      'a.ts': 'export type A = number;',
    });
    expect(stderr).toContain(
      "index.ts:1: SyntaxError: './a.ts' has no export named 'A'. If it is a type, write `import type`.",
    );
  });

  test('in a promise that nobody awaits fails the run', async ({ page }) => {
    const { stderr, result } = await run(
      page,
      `Promise.reject(new Error('lost'));\nsetTimeout(() => console.log('later'), 500);`,
    );
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(stderr).toContain('Error: lost\n    at index.ts:1');
  });

  test('a value that is no error is shown as it is', async ({ page }) => {
    expect((await run(page, `throw { code: 7 }`)).stderr).toBe('Uncaught { code: 7 }\n');
  });

  test('an await that nothing can answer ends with 13, as in Node', async ({ page }) => {
    const { result, stderr } = await run(page, `console.log('hm'); await new Promise(() => {});`);
    expect(result.exitCode).toBe(13);
    expect(stderr).toContain('a top-level await never settled');
  });
});

test.describe('a program that will not end', () => {
  test('is stopped at once, in the middle of an endless loop', async ({ page }) => {
    const before = Date.now();
    const { result, stdout } = await run(page, `console.log('start'); for (;;) {}`, { stopAfterMs: 300 });
    expect(result).toMatchObject({ status: 'cancelled', exitCode: null });
    expect(stdout).toBe('start\n');
    expect(Date.now() - before).toBeLessThan(3_000);
    expect(page.workers().length).toBeLessThanOrEqual(1);
    expect((await run(page, `console.log('again')`)).stdout).toBe('again\n');
  });

  test('is stopped before it has begun', async ({ page }) => {
    expect((await run(page, `for (;;) {}`, { stopAfterMs: 0 })).result.status).toBe('cancelled');
  });

  test('meets the wall clock', async ({ page }) => {
    const { result } = await run(page, `for (;;) {}`, { timeoutMs: 400 });
    expect(result).toMatchObject({ status: 'timed_out', exitCode: null });
    expect(result.durationMs).toBeLessThan(2_000);
  });

  test('has its request aborted with it', async ({ page }) => {
    const { result, requests } = await run(page, `await fetch('https://api.test/v1/slow')`, {
      stopAfterMs: 300,
      answer: { status: 200, body: '', delayMs: 60_000 },
    });
    expect(result.status).toBe('cancelled');
    expect(requests).toMatchObject([{ aborted: true }]);
  });

  test('prints 100 MB without hurting the page', async ({ page }) => {
    const { result, stdout } = await run(
      page,
      `const line = 'x'.repeat(1023) + '\\n'; for (let i = 0; i < 102_400; i++) process.stdout.write(line);`,
      { outputLimitBytes: 100_000, timeoutMs: 30_000 },
    );
    expect(stdout).toHaveLength(100_000);
    expect(result).toMatchObject({ status: 'succeeded', droppedBytes: 102_400 * 1024 - 100_000 });
  });

  test('prints 100 MB at once, or for ever, and is cut the same way', async ({ page }) => {
    const atOnce = await run(page, `console.log('€'.repeat(35_000_000))`, { timeoutMs: 30_000 });
    expect(atOnce.stdout).toBe('€'.repeat(33_333));
    const forEver = await run(page, `for (;;) console.log('spam')`, { timeoutMs: 800 });
    expect(forEver.result.status).toBe('timed_out');
    expect(forEver.stdout).toHaveLength(100_000);
  });
});
