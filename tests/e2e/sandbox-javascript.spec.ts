import { expect, type Page } from '@playwright/test';
import type { TestOutcome, TestRun } from './support/engine-page.ts';
import { test } from './support/engine-test.ts';

// What the JavaScript engine does beyond the contract (sandbox-contract.spec.ts), in the real frame under its headers.

function run(
  page: Page,
  code: string | Record<string, string>,
  rest: Omit<TestRun, 'files'> = {},
): Promise<TestOutcome> {
  const files = typeof code === 'string' ? { 'index.ts': code } : code;
  return page.evaluate((given) => window.run(given), { files, ...rest });
}

test.describe('a program', () => {
  test('prints in order, with stderr apart, and leaves with 0', async ({ openPage: page }) => {
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

  test('leaves with the code it chose', async ({ openPage: page }) => {
    const exited = await run(page, `console.log('before'); process.exit(3); console.log('after');`);
    expect(exited).toMatchObject({ stdout: 'before\n', result: { status: 'failed', exitCode: 3 } });
    const set = await run(page, `process.exitCode = 4; console.log('after');`);
    expect(set).toMatchObject({ stdout: 'after\n', stderr: '', result: { status: 'failed', exitCode: 4 } });
  });

  test('sees its environment and arguments', async ({ openPage: page }) => {
    const { stdout } = await run(
      page,
      `console.log(process.env.RELAY_URL, process.env.NOBODY, process.argv.length)`,
      {
        env: { RELAY_URL: 'http://localhost:1' },
      },
    );
    expect(stdout).toBe('http://localhost:1 undefined 2\n');
  });

  test('may be several files, typed, with JSON and modules of Node', async ({ openPage: page }) => {
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

  test('waits for what is under way, also without a top-level await', async ({ openPage: page }) => {
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

  test('hands its requests to the bridge and has no other network', async ({ openPage: page }) => {
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

  test('reads why a request was refused', async ({ openPage: page }) => {
    const { stderr } = await run(page, `await fetch('https://api.test/');`);
    expect(stderr).toMatch(/TypeError: fetch failed\n {4}at index.ts:1/);
    expect(stderr).toContain('This test has no network.');
  });
});

test.describe('a mistake', () => {
  test('before the first line is a result that names the place', async ({ openPage: page }) => {
    const { stderr, result } = await run(page, `\n\nthrow new RangeError('too early');`);
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(result.error).toEqual({ message: 'RangeError: too early', file: 'index.ts', line: 3 });
    expect(stderr).toBe('RangeError: too early\n    at index.ts:3\n');
  });

  test('deep inside another file is shown with the reader’s lines only', async ({ openPage: page }) => {
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
    test(`${name} is explained with its line`, async ({ openPage: page }) => {
      const { stderr, result } = await run(page, code);
      expect(stderr).toMatch(message);
      expect(stderr).toMatch(new RegExp(`^index\\.ts:${line}: `));
      expect(result).toMatchObject({ status: 'failed', exitCode: 1, error: { file: 'index.ts', line } });
    });
  }

  test('imports that go in a circle are named', async ({ openPage: page }) => {
    const { stderr } = await run(page, {
      'index.ts': `import './a.ts';`,
      'a.ts': `import './b.ts';`,
      'b.ts': `\nimport './a.ts';`,
    });
    expect(stderr).toBe(
      'b.ts:2: The imports go in a circle (a.ts → b.ts → a.ts), which this sandbox cannot run.\n',
    );
  });

  test('an import of something that is not exported is named', async ({ openPage: page }) => {
    const { stderr } = await run(page, {
      'index.ts': `import { A } from './a.ts';\nconst a: A = 1;`,
      'a.ts': 'export type A = number;',
    });
    expect(stderr).toContain(
      "index.ts:1: SyntaxError: './a.ts' has no export named 'A'. If it is a type, write `import type`.",
    );
  });

  test('in a promise that nobody awaits fails the run', async ({ openPage: page }) => {
    const { stderr, result } = await run(
      page,
      `Promise.reject(new Error('lost'));\nsetTimeout(() => console.log('later'), 500);`,
    );
    expect(result).toMatchObject({ status: 'failed', exitCode: 1 });
    expect(stderr).toContain('Error: lost\n    at index.ts:1');
  });

  test('a value that is no error is shown as it is', async ({ openPage: page }) => {
    expect((await run(page, `throw { code: 7 }`)).stderr).toBe('Uncaught { code: 7 }\n');
  });

  test('an await that nothing can answer ends with 13, as in Node', async ({ openPage: page }) => {
    const { result, stderr } = await run(page, `console.log('hm'); await new Promise(() => {});`);
    expect(result.exitCode).toBe(13);
    expect(stderr).toContain('a top-level await never settled');
  });
});

test.describe('a program that will not end', () => {
  test('is stopped at once, in the middle of an endless loop', async ({ openPage: page }) => {
    const { result, stdout } = await run(page, `console.log('start'); for (;;) {}`, {
      stopAfterOutputMs: 200,
    });
    expect(result).toMatchObject({ status: 'cancelled', exitCode: null });
    expect(stdout).toBe('start\n');
    expect(page.workers().length).toBeLessThanOrEqual(1);
    expect((await run(page, `console.log('again')`)).stdout).toBe('again\n');
  });

  test('is stopped before it has begun', async ({ openPage: page }) => {
    expect((await run(page, `for (;;) {}`, { stopAfterMs: 0 })).result.status).toBe('cancelled');
  });

  test('meets the wall clock', async ({ openPage: page }) => {
    const { result } = await run(page, `for (;;) {}`, { timeoutMs: 400 });
    expect(result).toMatchObject({ status: 'timed_out', exitCode: null });
    expect(result.durationMs).toBeLessThan(2_000);
  });

  test('has its request aborted with it', async ({ openPage: page }) => {
    const { result, requests } = await run(page, `await fetch('https://api.test/v1/slow')`, {
      stopAfterRequestMs: 100,
      answer: { status: 200, body: '', delayMs: 60_000 },
    });
    expect(result.status).toBe('cancelled');
    expect(requests).toMatchObject([{ aborted: true }]);
  });

  test('prints 100 MB without hurting the page', async ({ openPage: page }) => {
    const { result, stdout } = await run(
      page,
      `const line = 'x'.repeat(1023) + '\\n'; for (let i = 0; i < 102_400; i++) process.stdout.write(line);`,
      { outputLimitBytes: 100_000, timeoutMs: 30_000 },
    );
    expect(stdout).toHaveLength(100_000);
    expect(result).toMatchObject({ status: 'succeeded', droppedBytes: 102_400 * 1024 - 100_000 });
  });

  test('prints 100 MB at once, or for ever, and is cut the same way', async ({ openPage: page }) => {
    const atOnce = await run(page, `console.log('€'.repeat(35_000_000))`, { timeoutMs: 30_000 });
    expect(atOnce.stdout).toBe('€'.repeat(33_333));
    const forEver = await run(page, `for (;;) console.log('spam')`, { timeoutMs: 2_000 });
    expect(forEver.result.status).toBe('timed_out');
    expect(forEver.stdout).toHaveLength(100_000);
  });
});

test.describe('the walls', () => {
  test('nothing reaches the network but the bridge, and the session is not in there', async ({
    openPage: page,
    harness,
  }) => {
    const { stdout } = await run(
      page,
      `const native = Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(globalThis)));
       const tried: Record<string, string> = {};
       const attempt = async (name: string, action: () => unknown) => {
         try { await action(); tried[name] = 'REACHED'; } catch { tried[name] = 'blocked'; }
       };
       const target = process.env.PORTAL;
       // The globals are replaced; the platform's own may still be dug out of the prototypes.
       const dug = Object.getOwnPropertyDescriptor(WorkerGlobalScope.prototype, 'fetch')?.value;
       delete (globalThis as any).fetch; delete (globalThis as any).importScripts; delete (globalThis as any).WebSocket;
       delete (globalThis as any).EventSource; delete (globalThis as any).XMLHttpRequest; delete (globalThis as any).Worker;
       delete (globalThis as any).indexedDB; delete (globalThis as any).caches; delete (globalThis as any).WebTransport;
       await attempt('fetch', () => (dug ?? (globalThis as any).fetch).call(globalThis, target + '/stolen-fetch', { credentials: 'include', mode: 'no-cors' }));
       await attempt('import', () => new Function('u', 'return import(u)')(target + '/stolen-import.js'));
       await attempt('importScripts', () => (globalThis as any).importScripts(target + '/stolen-scripts.js'));
       await attempt('WebSocket', () => new Promise((ok, no) => { const s = new (globalThis as any).WebSocket(target.replace('http', 'ws')); s.onopen = ok; s.onerror = no; }));
       await attempt('EventSource', () => new Promise((ok, no) => { const s = new (globalThis as any).EventSource(target + '/stolen-events'); s.onopen = ok; s.onerror = no; }));
       await attempt('XMLHttpRequest', () => { const x = new (globalThis as any).XMLHttpRequest(); x.open('GET', target + '/stolen-xhr', false); x.send(); });
       await attempt('WebTransport', () => new (globalThis as any).WebTransport('https://localhost:1/').ready);
       await attempt('indexedDB', () => new Promise((ok, no) => { const r = (globalThis as any).indexedDB.open('x'); r.onsuccess = ok; r.onerror = no; }));
       await attempt('caches', () => (globalThis as any).caches.open('x'));
       await attempt('nested-worker', () => new Promise((ok, no) => {
         const code = "fetch('" + target + "/stolen-nested', {mode:'no-cors'}).then(() => postMessage('in'), () => postMessage('out'))";
         const w = new (globalThis as any).Worker(URL.createObjectURL(new Blob([code])));
         w.onmessage = (e: MessageEvent) => (e.data === 'in' ? ok(0) : no()); w.onerror = no;
       }));
       console.log(JSON.stringify(tried), String(globalThis.origin), typeof document, typeof localStorage);`,
      { env: { PORTAL: harness.url } },
    );
    const [tried, origin, document, storage] = stdout.trim().split(' ');
    expect(Object.entries(JSON.parse(String(tried))).filter(([, how]) => how !== 'blocked')).toEqual([]);
    expect([origin, document, storage]).toEqual(['null', 'undefined', 'undefined']);
    expect(harness.seen.filter(({ line }) => line.includes('stolen'))).toEqual([]);
  });

  test('the frame itself cannot be opened outside its sandbox', async ({ page, harness }) => {
    await page.goto(`${harness.url}/_sandbox/frame.html`);
    expect(await page.evaluate(() => [self.origin, navigator.cookieEnabled])).toEqual([
      'null',
      expect.anything(),
    ]);
    await expect(page.evaluate(() => document.cookie)).rejects.toThrow(/sandboxed/);
  });

  test('messages forged by the program get nowhere', async ({ page, harness }) => {
    await page.goto(harness.url);
    await page.evaluate(() =>
      addEventListener('message', (event) => console.log('window message', event.data)),
    );
    const { stdout, requests, result } = await run(
      page,
      `// Takes the runtime's own port out of its hands.
       let port: MessagePort | undefined;
       const post = MessagePort.prototype.postMessage;
       MessagePort.prototype.postMessage = function (this: MessagePort, ...args: any) { port = this; return post.apply(this, args); };
       console.log('hello'); await new Promise((go) => setTimeout(go, 30));
       const send = (data: unknown) => { try { post.call(port, data); } catch (error) { console.log('refused'); } };
       send({ type: 'exit', runId: 'guessed', exitCode: 0, droppedBytes: 0 });
       send({ type: 'output', runId: 'guessed', chunks: [{ stream: 'stdout', text: 'FORGED' }] });
       send({ type: 'request', runId: 'guessed', id: 1, request: { method: 'GET', url: 'https://evil.test', headers: [], body: null } });
       send({ type: '__proto__' }); send(null); send('exit'); send([]); send({ type: 'constructor' }); send({ type: 'ready' });
       send({ type: 'run', code: 'alert(1)' }); send({ type: 'output', chunks: { length: 1e9 } });
       await new Promise((go) => setTimeout(go, 30)); console.log('still here'); process.exitCode = 9;`,
    );
    expect(stdout).toBe('hello\nstill here\n');
    expect(requests).toEqual([]);
    expect(result.exitCode).toBe(9);
  });

  test('a flood of messages ends the run and not the page', async ({ openPage: page }) => {
    const { result } = await run(
      page,
      `let port: any; const post = MessagePort.prototype.postMessage; let runId = '';
       MessagePort.prototype.postMessage = function (this: MessagePort, data: any) { port = this; runId = data.runId; return post.call(this, data); };
       console.log('x'); await new Promise((go) => setTimeout(go, 30));
       const text = 'y'.repeat(1_000_000);
       for (let i = 0; i < 100; i++) { post.call(port, { type: 'output', runId, chunks: [{ stream: 'stdout', text }] }); await new Promise((go) => setTimeout(go)); }
       console.log('end');`,
      { outputLimitBytes: 10_000 },
    );
    expect(result).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('flooded') },
    });
    expect((await run(page, `console.log('fine')`)).stdout).toBe('fine\n');
  });

  test('each run starts in a realm of its own', async ({ openPage: page }) => {
    await run(page, `(globalThis as any).left = 'behind'; Array.prototype.map = () => ['broken'];`);
    expect((await run(page, `console.log(typeof (globalThis as any).left, [1].map((x) => x))`)).stdout).toBe(
      'undefined [ 1 ]\n',
    );
  });

  test('one frame waits for the next run, and no more', async ({ openPage: page }) => {
    for (const code of ['1', 'throw 1', 'process.exit(0)']) await run(page, code);
    await expect.poll(() => page.locator('iframe').count()).toBe(1);
    expect(page.workers().length).toBeLessThanOrEqual(1);
  });
});

test.describe('a program that is busy and not stuck', () => {
  test('may block the thread for longer than a stuck one is waited for', async ({ openPage: page }) => {
    const { result, stdout } = await run(
      page,
      `await null; const end = Date.now() + 1_500; while (Date.now() < end); await new Promise((go) => setTimeout(go)); console.log('done');`,
    );
    expect({ stdout, exitCode: result.exitCode }).toEqual({ stdout: 'done\n', exitCode: 0 });
  });

  test('may wait for the platform’s own work', async ({ openPage: page }) => {
    const { result, stdout } = await run(
      page,
      `const zipped = new Blob([new Uint8Array(50_000_000)]).stream().pipeThrough(new CompressionStream('gzip'));
       new Response(zipped).arrayBuffer().then((buffer) => console.log(buffer.byteLength > 1_000));`,
    );
    expect({ stdout, exitCode: result.exitCode }).toEqual({ stdout: 'true\n', exitCode: 0 });
  });

  test('is told what of cryptography is missing, and may make random ids', async ({ openPage: page }) => {
    const { stdout, stderr } = await run(
      page,
      `import { randomUUID } from 'node:crypto'; console.log(randomUUID().length, crypto.randomUUID().length);\ncrypto.subtle.generateKey('AES-GCM');`,
    );
    expect(stdout).toBe('36 36\n');
    expect(stderr).toContain('crypto.subtle.generateKey is not available in this sandbox');
  });
});
