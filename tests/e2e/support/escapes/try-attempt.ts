import type { Page } from '@playwright/test';
import type { EngineHarness } from '../engine-harness.ts';
import type { TestOutcome, TestRun } from '../engine-page.ts';
import type { Attempt } from './attempt.ts';

/** How long an attempt may take before it counts as held. */
const PATIENCE_MS = 1_000;
const RUN_LIMIT_MS = 6_000;

/** Makes one attempt in the harness's page; answers with what the program printed, or why it did not. */
export type Try = (page: Page, harness: EngineHarness, attempt: Attempt) => Promise<string>;

/** As a program of a reader, with the portal's own broker as its way out. */
export const runProgram = (page: Page, test: TestRun): Promise<TestOutcome> =>
  page.evaluate((given) => window.run(given), { timeoutMs: RUN_LIMIT_MS, broker: true, ...test });

export const tryInWorker: Try = async (page, { url }, { code }) => {
  const program = `const PORTAL = ${JSON.stringify(url)};
const attempt = Function('PORTAL', 'return (async () => {' + ${JSON.stringify(code)} + '})()');
let timer;
const late = new Promise((done) => { timer = setTimeout(done, ${PATIENCE_MS}); });
try { const got = await Promise.race([attempt(PORTAL), late]); if (got) console.log('ESCAPED', got); }
catch (error) { console.log('held:', String(error)); } finally { clearTimeout(timer); }`;
  const files = { 'index.js': program };
  const { result, stdout } = await runProgram(page, { files, entry: 'index.js', language: 'javascript' });
  return result.status === 'timed_out' ? 'ESCAPED from its end' : stdout;
};

/** In the frame's own document, where no program runs. */
export const tryInFrame: Try = async (page, { url }, { code }) => {
  await page.evaluate(() => window.prepare('embedded'));
  const frame = page.frames().find((one) => one.url().includes('/_sandbox/'));
  if (!frame) throw new Error('There is no frame.');
  const program = `(() => { const PORTAL = ${JSON.stringify(url)};
    const late = new Promise((done) => setTimeout(done, ${PATIENCE_MS / 2}));
    const attempt = (async () => { ${code} })();
    return Promise.race([attempt, late]).then((got) => (got ? 'ESCAPED ' + got : ''), (error) => 'held: ' + error); })()`;
  const gone = new Promise<string>((done) => setTimeout(() => done('gone'), 2 * PATIENCE_MS));
  const outcome = await Promise.race([frame.evaluate<string>(program).catch(String), gone]);
  await page.waitForTimeout(100);
  return outcome;
};

export const tryInPython: Try = async (page, { url }, { code }) => {
  const program = [
    'import js',
    'from pyodide.ffi import run_sync',
    `PORTAL = '${url}'`,
    'def attempt():',
    ...code.split('\n').map((line) => `    ${line}`),
    'try:',
    '    got = attempt()',
    "    if got: print('ESCAPED', got)",
    'except BaseException as error:',
    "    print('held:', type(error).__name__, str(error)[:200])",
  ];
  const files = { 'main.py': program.join('\n') };
  const run: TestRun = { engine: 'python', language: 'python', entry: 'main.py', files };
  const { stdout, stderr } = await runProgram(page, run);
  return stdout || stderr;
};

export const tryInShell: Try = async (page, { url }, { code }) => {
  const script = `PORTAL='${url}'\ngot=$( { ${code}; } 2>/dev/null)\n[ -z "$got" ] || echo "ESCAPED $got"\n`;
  const files = { 'send.sh': script };
  return (await runProgram(page, { engine: 'shell', language: 'curl', entry: 'send.sh', files })).stdout;
};

/** The attempts of a worker, one after the other, in the worker that Python is in. Prints a line for each. */
export function allInPython({ url }: EngineHarness, attempts: readonly Attempt[]): TestRun {
  const programs = attempts.map(
    ({ name, code }) => `(async () => {
    const late = new Promise((done) => setTimeout(done, ${PATIENCE_MS / 2}));
    const PORTAL = ${JSON.stringify(url)}; const console = { log() {} };
    try { const got = await Promise.race([(async () => { ${code} })(), late]); return got ? 'ESCAPED by ' + ${JSON.stringify(name)} + ': ' + got : ''; }
    catch (error) { return 'held: ' + error; } })()`,
  );
  const main = `import js, json
from pyodide.ffi import run_sync
for program in json.loads(open('programs.json').read()):
    print(run_sync(js.eval(program)))`;
  const files = { 'main.py': main, 'programs.json': JSON.stringify(programs) };
  return { engine: 'python', language: 'python', entry: 'main.py', files, timeoutMs: 60_000 };
}
