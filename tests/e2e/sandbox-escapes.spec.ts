import { expect, type Page, test } from '@playwright/test';
import { type EngineHarness, startEngineHarness } from './support/engine-harness.ts';
import type { TestOutcome, TestRun } from './support/engine-page.ts';
import type { Attempt } from './support/escapes/attempt.ts';
import { fromTheFrame } from './support/escapes/frame.ts';
import { openPortalPage } from './support/escapes/portal-page.ts';
import { fromPython } from './support/escapes/python.ts';
import { fromTheShell } from './support/escapes/shell.ts';
import { fromTheWorker } from './support/escapes/worker.ts';

// What a program might do to get at the reader's page, session or key. ESCAPES_LOOSE=1 takes the frame's walls down:
// then these tests have to fail, and print which attempts are still held (by a worker having no window, and the like).

const isLoose = process.env.ESCAPES_LOOSE !== undefined;
/** How long an attempt may take before it counts as held. */
const PATIENCE_MS = 1_000;

let harness: EngineHarness;
test.beforeAll(async () => {
  harness = await startEngineHarness(isLoose);
});
test.afterAll(() => harness.close());

const run = (page: Page, what: TestRun): Promise<TestOutcome> =>
  page.evaluate((given) => window.run(given), { timeoutMs: 5_000, ...what });

/** Tries one after the other; each is judged by itself. */
async function tryAll(page: Page, attempts: readonly Attempt[], attempt: (one: Attempt) => Promise<string>) {
  const portal = await openPortalPage(page, harness);
  const held: string[] = [];
  for (const one of attempts) {
    await test.step(one.name, async () => {
      const outcome = await attempt(one);
      if (await portal.expectHeld(one, outcome)) held.push(one.name);
    });
  }
  if (isLoose) console.log(`Held although loose: ${held.join('; ')}`);
}

test('there are sixty of them, and more', () => {
  const all = [...fromTheWorker, ...fromTheFrame, ...fromPython, ...fromTheShell];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  expect(all.length).toBeGreaterThanOrEqual(60);
});

test('nothing gets out of a JavaScript program', async ({ page }) => {
  test.setTimeout(120_000);
  await tryAll(page, fromTheWorker, async ({ code }) => {
    const program = `const PORTAL = ${JSON.stringify(harness.url)};
const attempt = Function('PORTAL', 'return (async () => {' + ${JSON.stringify(code)} + '})()');
const late = new Promise((done) => setTimeout(done, ${PATIENCE_MS}));
try { const got = await Promise.race([attempt(PORTAL), late]); if (got) console.log('ESCAPED', got); }
catch (error) { console.log('held:', String(error)); }`;
    const answer = { status: 200, body: 'a bridge that says yes to everything' };
    const outcome = await run(page, {
      files: { 'index.js': program },
      entry: 'index.js',
      language: 'javascript',
      answer,
    });
    // The bridge is the one way there is, and stands in the page: what it is asked for it may refuse.
    return outcome.requests.length > 0 ? '' : outcome.stdout;
  });
});

test('nothing gets out of the frame, even from its own document', async ({ page }) => {
  test.setTimeout(120_000);
  await tryAll(page, fromTheFrame, async ({ code }) => {
    await page.evaluate(() => window.prepare('embedded'));
    const frame = page.frames().find((one) => one.url().includes('/_sandbox/'));
    if (!frame) throw new Error('There is no frame.');
    const program = `(() => { const PORTAL = ${JSON.stringify(harness.url)};
      const late = new Promise((done) => setTimeout(done, ${PATIENCE_MS / 2}));
      const attempt = (async () => { ${code} })();
      return Promise.race([attempt, late]).then((got) => (got ? 'ESCAPED ' + got : ''), (error) => 'held: ' + error); })()`;
    const gone = new Promise<string>((done) => setTimeout(() => done('gone'), 2 * PATIENCE_MS));
    const outcome = await Promise.race([frame.evaluate<string>(program).catch(String), gone]);
    await page.waitForTimeout(100);
    return outcome;
  });
});

test('nothing gets out of a Python program', async ({ page }) => {
  test.setTimeout(240_000);
  await tryAll(page, fromPython, async ({ code }) => {
    const body = code.split('\n').map((line) => `    ${line}`);
    const program = [
      'import js',
      'from pyodide.ffi import run_sync',
      `PORTAL = '${harness.url}'`,
      'def attempt():',
      ...body,
      'try:',
      '    got = attempt()',
      "    if got: print('ESCAPED', got)",
      'except BaseException as error:',
      "    print('held:', type(error).__name__, str(error)[:200])",
    ];
    const files = { 'main.py': program.join('\n') };
    const outcome = await run(page, { engine: 'python', language: 'python', entry: 'main.py', files });
    return outcome.stdout || outcome.stderr;
  });
});

test('nothing gets out of the worker that Python is in, with everything the platform gives it', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const portal = await openPortalPage(page, harness);
  const attempts = fromTheWorker.filter(({ code }) => !code.includes('self.close'));
  const programs = attempts.map(
    ({ name, code }) => `(async () => {
    const late = new Promise((done) => setTimeout(done, ${PATIENCE_MS / 2}));
    const PORTAL = ${JSON.stringify(harness.url)}; const console = { log() {} };
    try { const got = await Promise.race([(async () => { ${code} })(), late]); return got ? 'ESCAPED by ' + ${JSON.stringify(name)} + ': ' + got : ''; }
    catch (error) { return 'held: ' + error; } })()`,
  );
  const main = `import js, json
from pyodide.ffi import run_sync
for program in json.loads(open('programs.json').read()):
    print(run_sync(js.eval(program)))`;
  const files = { 'main.py': main, 'programs.json': JSON.stringify(programs) };
  const outcome = await run(page, {
    engine: 'python',
    language: 'python',
    entry: 'main.py',
    files,
    timeoutMs: 60_000,
  });
  expect(outcome.result).toMatchObject({ status: 'succeeded' });
  expect(outcome.stdout.split('\n')).toHaveLength(attempts.length + 1);
  await portal.expectHeld({ name: 'all of them', code: '' }, outcome.stdout);
});

test('nothing gets out of a shell script', async ({ page }) => {
  test.setTimeout(60_000);
  await tryAll(page, fromTheShell, async ({ code }) => {
    const script = `PORTAL='${harness.url}'\ngot=$( { ${code}; } 2>/dev/null)\n[ -z "$got" ] || echo "ESCAPED $got"\n`;
    const files = { 'send.sh': script };
    return (await run(page, { engine: 'shell', language: 'curl', entry: 'send.sh', files })).stdout;
  });
});

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
  test(`the page goes on under ${name}, and ends it`, async ({ page }) => {
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
    const { result } = await run(page, { ...program, timeoutMs: 3_000 });
    expect(result.status).not.toBe('succeeded');
    const longest = await page.evaluate(() => (Reflect.get(window, 'gaps') as { longest: number }).longest);
    // Two cores, and the program has one of them.
    expect(longest).toBeLessThan(1_000);
    const again = await run(page, { files: { 'index.ts': `console.log('fine');` }, timeoutMs: 15_000 });
    expect(again.stdout).toBe('fine\n');
  });
}
