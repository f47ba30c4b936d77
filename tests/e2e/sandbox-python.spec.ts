import { expect, type Page } from '@playwright/test';
import type { TestOutcome, TestRun } from './support/engine-page.ts';
import { test } from './support/engine-test.ts';

// What is Python's own; what every engine promises stands in sandbox-contract.spec.ts.

test.describe.configure({ timeout: 90_000 });

function run(page: Page, program: string, rest: Partial<TestRun> = {}): Promise<TestOutcome> {
  const files = { 'main.py': program, ...rest.files };
  return page.evaluate((given) => window.run(given), {
    engine: 'python',
    language: 'python',
    entry: 'main.py',
    ...rest,
    files,
  });
}

test('a second run starts from the first one’s beginning, with random numbers of its own', async ({
  openPage: page,
}) => {
  const program = 'import random, uuid, secrets\nprint(random.random(), uuid.uuid4(), secrets.token_hex())';
  const first = await run(page, program);
  await page.evaluate(() => window.prepare('python'));
  const started = Date.now();
  const second = await run(page, program);
  expect(second.result.status).toBe('succeeded');
  expect(Date.now() - started).toBeLessThan(3_000);
  const [a, b] = [first, second].map(({ stdout }) => stdout.trim().split(' '));
  expect(a?.filter((value, at) => value === b?.[at])).toEqual([]);
});

test('requests does what samples do with it', async ({ openPage: page }) => {
  const answer = { status: 422, body: '{"code":"recipient_invalid"}' };
  const { stdout, requests } = await run(
    page,
    `import requests
r = requests.post('https://api.test/v1/things', json={'to': 'ü'}, params={'a': [1, 2]}, timeout=5)
print(r.status_code, r.ok, bool(r), r.json()['code'], r.reason, r.url)
try:
    r.raise_for_status()
except requests.HTTPError as error:
    print(error, error.response is r)
try:
    requests.get('nowhere')
except requests.exceptions.MissingSchema as error:
    print(error)
with requests.Session() as session:
    session.headers['Authorization'] = 'Bearer placeholder'
    print(session.get('https://api.test/v1/me').headers.get('X-NONE', 'no such header'))
try:
    requests.get('https://api.test/', cert='x')
except NotImplementedError as error:
    print(error)`,
    { answer },
  );
  expect(stdout.split('\n')).toEqual([
    '422 False False recipient_invalid Unprocessable Content https://api.test/v1/things?a=1&a=2',
    '422 Client Error: Unprocessable Content for url: https://api.test/v1/things?a=1&a=2 True',
    "Invalid URL 'nowhere': No scheme supplied. Perhaps you meant https://nowhere?",
    'no such header',
    'requests: cert= is not available in this sandbox. On your own machine it would be.',
    '',
  ]);
  expect(requests[0]).toMatchObject({ method: 'POST', body: '{"to": "\\u00fc"}' });
  expect(requests[0]?.headers).toContainEqual(['Content-Type', 'application/json']);
  expect(requests[1]?.headers).toContainEqual(['Authorization', 'Bearer placeholder']);
});

test('a request that takes too long is a Timeout, and one that is refused a ConnectionError', async ({
  openPage: page,
}) => {
  const program = `import requests
try:
    requests.get('https://api.test/v1/slow', timeout=0.3)
except requests.Timeout as error:
    print(type(error).__name__)`;
  const slow = await run(page, program, { answer: { status: 200, body: '', delayMs: 5_000 } });
  expect(slow.stdout).toBe('ReadTimeout\n');
  expect(slow.requests).toMatchObject([{ aborted: true }]);
  const refused = await run(page, `import requests\nrequests.get('https://api.test/')`);
  expect(refused.stderr).toContain('File "main.py", line 2');
  expect(refused.stderr).toContain('ConnectionError: This test has no network.');
});

test('what is wrong with a program is said with its file and line', async ({ openPage: page }) => {
  const missing = await run(page, 'import numpy');
  expect(missing.stderr).toContain(`File "main.py", line 1`);
  expect(missing.stderr).toContain(
    `'numpy' is neither a file of this sample (main.py) nor available in this sandbox`,
  );
  expect(missing.result.error).toMatchObject({ file: 'main.py', line: 1 });

  const cyclic = await run(page, 'import a', {
    files: { 'a.py': 'from b import y\nx = 1', 'b.py': 'from a import x\ny = 1' },
  });
  expect(cyclic.stderr).toContain('File "b.py", line 1');
  expect(cyclic.stderr).toMatch(/cannot import name 'x'.+circular import/);

  const deep = await run(page, 'def f(): return f()\nf()');
  expect(deep.stderr).toContain('RecursionError');
  expect(deep.stderr).toContain('File "main.py", line 1, in f');

  const left = await run(page, `import sys\nsys.exit('not today')`);
  expect(left).toMatchObject({ stderr: 'not today\n', result: { exitCode: 1 } });
});

test('asyncio, sleep and files work', async ({ openPage: page }) => {
  const { stdout, stderr } = await run(
    page,
    `import asyncio, time, pathlib
async def main():
    await asyncio.sleep(0.05)
    return 'awaited'
print(asyncio.run(main()))
time.sleep(0.05)
pathlib.Path('a.txt').write_text('ü')
print(pathlib.Path('a.txt').read_text(), __name__, __file__)`,
  );
  expect(stderr).toBe('');
  expect(stdout).toBe('awaited\nü __main__ /sample/main.py\n');
});

test('a browser without JSPI is told so, and downloads nothing', async ({ page, harness }) => {
  await page.goto(harness.url);
  await page.evaluate(() => Reflect.deleteProperty(WebAssembly, 'Suspending'));
  harness.seen.length = 0;
  await expect(run(page, 'print(1)')).rejects.toThrow(
    /EngineUnavailableError: This browser cannot pause WebAssembly/,
  );
  expect(harness.seen.filter(({ line }) => line.includes('pyodide'))).toEqual([]);
});
