import { expect, type Page } from '@playwright/test';
import { startEngineHarness } from './support/engine-harness.ts';
import type { TestRun } from './support/engine-page.ts';
import { test } from './support/engine-test.ts';
import type { Attempt } from './support/escapes/attempt.ts';
import { fromTheFrame } from './support/escapes/frame.ts';
import { NOTHING, openPortalPage } from './support/escapes/portal-page.ts';
import { fromPython } from './support/escapes/python.ts';
import { fromTheShell } from './support/escapes/shell.ts';
import {
  allInPython,
  runProgram,
  type Try,
  tryInFrame,
  tryInPython,
  tryInShell,
  tryInWorker,
} from './support/escapes/try-attempt.ts';
import { fromTheWorker } from './support/escapes/worker.ts';

// What a program might do to get at the reader's page, session or key. That these tests can fail is tested as well:
// without the walls every attempt has to be noticed. One of each kind is tried so every time, and all of them with
//   ESCAPES_LOOSE=1 npm run test:e2e -- sandbox-escapes

const PLACES: readonly { name: string; attempts: readonly Attempt[]; make: Try }[] = [
  { name: 'a JavaScript program', attempts: fromTheWorker, make: tryInWorker },
  { name: 'the frame, even from its own document', attempts: fromTheFrame, make: tryInFrame },
  { name: 'a Python program', attempts: fromPython, make: tryInPython },
  { name: 'a shell script', attempts: fromTheShell, make: tryInShell },
];

test('there are sixty of them that only our own walls hold, and more', () => {
  const all = PLACES.flatMap(({ attempts }) => attempts);
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.filter(({ heldBy }) => !heldBy).length).toBeGreaterThanOrEqual(60);
});

for (const { name, attempts, make } of PLACES) {
  test(`nothing gets out of ${name}`, async ({ page, harness }) => {
    test.setTimeout(240_000);
    const portal = await openPortalPage(page, harness);
    for (const attempt of attempts) {
      await test.step(attempt.name, async () => {
        const outcome = await make(page, harness, attempt);
        expect.soft(await portal.reached(attempt, outcome), attempt.name).toEqual(NOTHING);
      });
    }
  });
}

test('nothing gets out of the worker that Python is in, with everything the platform gives it', async ({
  page,
  harness,
}) => {
  test.setTimeout(120_000);
  const portal = await openPortalPage(page, harness);
  const attempts = fromTheWorker.filter(({ code }) => !code.includes('self.close'));
  const { result, stdout } = await runProgram(page, allInPython(harness, attempts));
  expect(result).toMatchObject({ status: 'succeeded' });
  expect(stdout.split('\n')).toHaveLength(attempts.length + 1);
  expect(await portal.reached({}, stdout)).toEqual(NOTHING);
});

/** One for each wall, and for each way of noticing. */
const ONE_OF_EACH = [
  'importScripts',
  'WebTransport',
  'a message to itself, dressed as the frame',
  'a request in the name of the runtime to a foreign address',
  'messages in the name of another run',
  'messages with the names of prototypes',
  'a changed Object.prototype',
  "the page's cookies",
  'a form to the portal',
  'the whole window, by its address',
  'forged messages to the page',
  'curl to a foreign address',
];

for (const { name, attempts, make } of PLACES) {
  const all = process.env.ESCAPES_LOOSE !== undefined;
  const chosen = all ? attempts : attempts.filter((one) => ONE_OF_EACH.includes(one.name));
  if (chosen.length === 0) continue;

  test(`without its walls, what gets out of ${name} is noticed`, async ({ page }) => {
    test.setTimeout(300_000);
    const loose = await startEngineHarness(true);
    const portal = await openPortalPage(page, loose);
    for (const attempt of chosen) {
      await test.step(attempt.name, async () => {
        const outcome = await make(page, loose, await plant(page, attempt));
        const reached = await portal.reached(attempt, outcome);
        expect.soft(reached, `${attempt.name} (${outcome.trim()})`).not.toEqual(NOTHING);
      });
    }
    expect(loose.standing()).toEqual([]);
    await loose.close();
  });
}

async function plant(page: Page, attempt: Attempt): Promise<Attempt> {
  const { planted, code } = attempt;
  if (!planted) return attempt;
  if ('program' in planted) return { ...attempt, code: `${planted.program}\n${code}` };
  await page.evaluate(planted.page);
  return attempt;
}

const GREEDY: { name: string; test: TestRun }[] = [
  { name: 'a loop', test: { files: { 'index.ts': 'for (;;) {}' } } },
  { name: 'a loop of promises', test: { files: { 'index.ts': 'for (;;) await null;' } } },
  {
    name: '1 GB of memory',
    test: {
      files: {
        'index.ts': `const all = []; for (let i = 0; i < 1024; i++) all.push(new Uint8Array(1_048_576).fill(1)); console.log('took', all.length); for (;;) {}`,
      },
    },
  },
  {
    name: 'workers without end',
    test: {
      files: {
        'index.ts': `const url = URL.createObjectURL(new Blob(['for (;;) {}'])); for (let i = 0; i < 20; i++) new Worker(url); for (;;) await new Promise((r) => setTimeout(r, 100));`,
      },
    },
  },
  {
    name: 'messages without end',
    test: {
      files: {
        'index.ts': `const send = MessagePort.prototype.postMessage; let port: any; MessagePort.prototype.postMessage = function (...a: any) { port = this; return send.apply(this, a); }; console.log('x'); await new Promise((r) => setTimeout(r, 50)); for (;;) send.call(port, { type: 'spam' });`,
      },
    },
  },
  {
    name: 'one message of 200 MB',
    test: {
      files: {
        'index.ts': `const send = MessagePort.prototype.postMessage; let port: any, runId: any; MessagePort.prototype.postMessage = function (m: any, ...r: any) { port = this; runId = m.runId; return send.call(this, m, ...r); }; console.log('x'); await new Promise((r) => setTimeout(r, 50)); send.call(port, { type: 'output', runId, chunks: [{ stream: 'stdout', text: 'x'.repeat(200_000_000) }] }); for (;;) {}`,
      },
    },
  },
  {
    name: 'a loop in Python',
    test: {
      engine: 'python',
      language: 'python',
      entry: 'main.py',
      files: { 'main.py': 'while True: pass' },
    },
  },
  {
    name: '1 GB in Python',
    test: {
      engine: 'python',
      language: 'python',
      entry: 'main.py',
      files: { 'main.py': "all = [bytearray(b'x' * 1_048_576) for _ in range(1024)]\nwhile True: pass" },
    },
  },
  {
    name: 'a fork bomb',
    test: {
      engine: 'shell',
      language: 'curl',
      entry: 'send.sh',
      files: { 'send.sh': ':() { : | : & }; :; while true; do :; done' },
    },
  },
];

for (const { name, test: program } of GREEDY) {
  test(`the page goes on under ${name}, and ends it`, async ({ page, harness }) => {
    test.setTimeout(60_000);
    await page.goto(harness.url);
    await page.evaluate((engine) => window.prepare(engine), program.engine ?? 'embedded');
    await page.evaluate(() => {
      let last = performance.now();
      const gaps = { longest: 0 };
      Object.assign(window, { gaps });
      setInterval(() => {
        const now = performance.now();
        gaps.longest = Math.max(gaps.longest, now - last);
        last = now;
      }, 20);
    });
    const { result } = await runProgram(page, { ...program, timeoutMs: 3_000 });
    expect(result.status).not.toBe('succeeded');
    const longest = await page.evaluate(() => (Reflect.get(window, 'gaps') as { longest: number }).longest);
    // Two cores, and the program has one of them.
    expect(longest).toBeLessThan(1_000);
    const again = await runProgram(page, {
      files: { 'index.ts': `console.log('fine');` },
      timeoutMs: 15_000,
    });
    expect(again.stdout).toBe('fine\n');
  });
}
