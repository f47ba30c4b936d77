import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { reportingPackage } from '../../src/features/intake/reporting-package.ts';
import { freePort } from '../support/free-port.ts';
import { startPortal } from '../support/portal.ts';

/** The operators’ page, which is what is tried here. */
const guide = readFileSync('content/docs/operators/report-usage.mdx', 'utf8');
const [, program = ''] = /```js title="server\.js"\n([\s\S]*?)```/.exec(guide) ?? [];
const [, command = ''] = /```sh\n(curl [\s\S]*?)```/.exec(guide) ?? [];

/** A folder with the middleware and everything else that is installed here. */
function projectFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'node_modules/firstcall-reporting'), { recursive: true });
  for (const { path, text } of reportingPackage())
    writeFileSync(join(folder, 'node_modules/firstcall-reporting', path), text);
  symlinkSync(join(process.cwd(), 'node_modules/express'), join(folder, 'node_modules/express'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

async function startGuide() {
  const at = await startPortal('SQLite');
  const { secret: rootKey } = await createRootKey(at.portal.ctx, { name: 'guide', actorId: 'dev_admin' });
  return { ...at, rootKey, ...(await at.issueKey()) };
}

test('the API of the guide verifies keys, reports calls and lets a developer reach the first one', async () => {
  const { url, rootKey, secret, progress } = await startGuide();
  const folder = projectFolder();
  writeFileSync(join(folder, 'server.js'), program);
  const port = await freePort();
  const child = spawn(process.execPath, ['server.js'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), FIRSTCALL_URL: url, FIRSTCALL_ROOT_KEY: rootKey },
    stdio: 'inherit',
  });
  onTestFinished(() => void child.kill());
  const ask = (key: string) =>
    fetch(`http://127.0.0.1:${port}/orders/7`, { headers: { Authorization: `Bearer ${key}` } });
  await expect
    .poll(async () => (await ask('wrong').catch(() => null))?.status, { timeout: 20_000 })
    .toBe(401);
  expect(await (await ask(secret)).json()).toEqual({ id: '7' });
  const reached = async () => (await progress(secret)).milestones.map(({ name }) => name);
  await expect.poll(reached, { timeout: 10_000 }).toContain('first_api_call');
});

test('the command of the guide reports a call', async () => {
  const { url, rootKey, credential, portal } = await startGuide();
  const line = command.replace('http://localhost:4321', url).replace('cred_…', credential.id);
  const child = spawn('bash', ['-c', line], { env: { ...process.env, FIRSTCALL_ROOT_KEY: rootKey } });
  const said: string[] = [];
  child.stdout.on('data', (chunk) => said.push(String(chunk)));
  await new Promise((resolve) => child.once('close', resolve));
  expect(JSON.parse(said.join(''))).toMatchObject({ accepted: 1, rejected: 0 });
  expect(await portal.ctx.db.selectFrom('usage_event').select('route').execute()).toEqual([
    { route: '/orders/{id}' },
  ]);
});
