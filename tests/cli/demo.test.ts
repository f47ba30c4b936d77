import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../src/config.ts';
import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { createLog } from '../../src/log.ts';
import { openPortal } from '../../src/portal.ts';

async function demo(...args: string[]) {
  const child = spawn(process.execPath, ['src/cli/demo.ts', '--fill-only', ...args], {
    env: { ...process.env, DATABASE_URL: '', LOG_LEVEL: 'silent' },
  });
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { out, err, code };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('a demo is filled once, and found again', async () => {
  const folder = newFolder();
  const first = await demo('--folder', folder, '--developers', '20', '--days', '10');
  expect(first).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^demo: 20 simulated developers made \d+ calls$/m),
  });
  const second = await demo('--folder', folder);
  expect(second).toMatchObject({ code: 0, out: 'demo: the developers who were simulated before\n', err: '' });
});

test('a portal with developers of its own is left alone', async () => {
  const folder = newFolder();
  const portal = await openPortal({ config: parseConfig({ DATA_DIR: folder }), log: createLog('silent') });
  const { verifier, ctx } = portal;
  await issueCredential(ctx, verifier, { developerId: null, origin: 'own_machine', pageAgeMs: undefined });
  await portal.close();
  const { code, err } = await demo('--folder', folder);
  expect({ code, err: err.replace(folder, '<folder>') }).toMatchInlineSnapshot(`
    {
      "code": 1,
      "err": "error: SQLite in <folder>/firstcall.db holds a portal’s own data, and a demo would mix with it. Choose another folder with --folder, or another DATABASE_URL.
    ",
    }
  `);
});

test('a wrong option is one sentence', async () => {
  expect((await demo('--developers', 'many')).err).toMatchInlineSnapshot(`
    "error: --developers must be a whole number from 1 to 1000000, but is "many".
    "
  `);
  expect((await demo('--days', '366')).err).toMatchInlineSnapshot(`
    "error: --days must be a whole number from 1 to 365, but is "366".
    "
  `);
  expect((await demo('--sead', '1')).err.split('\n')[0]).toMatchInlineSnapshot(
    `"error: Unknown option '--sead'"`,
  );
});
