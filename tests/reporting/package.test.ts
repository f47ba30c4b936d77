import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { expect, onTestFinished, test } from 'vitest';
import { startPortal } from '../support/portal.ts';

const run = promisify(execFile);

const PROGRAM = `
import { createServer, type IncomingMessage } from 'node:http';
import { createReporter } from 'firstcall-reporting';
import { reportCalls } from 'firstcall-reporting/express';
import { reportCalls as forFastify } from 'firstcall-reporting/fastify';

const options = { portal: 'http://127.0.0.1:1', rootKey: 'x', onProblem: (problem: string) => void problem };
const reporter = createReporter(options);
const report = reportCalls<IncomingMessage>({ ...options, keyId: (req) => req.headers['x-key-id']?.toString() });
forFastify({ ...options, keyId: (request) => request.id, errorCode: (_, reply) => String(reply.statusCode) });
createServer((req, res) => report(req, res, () => void res.end()));
const { waiting }: { waiting: number } = reporter.counts();
console.log('waiting', waiting);
`;

test('an operator installs the middleware from the portal with one command, types and all', async () => {
  const { url } = await startPortal('SQLite');
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  await run('npm', ['install', '--no-audit', '--no-fund', `${url}/api/reporting.tgz`], { cwd: folder });

  const file = join(folder, 'api.ts');
  writeFileSync(file, PROGRAM);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [new URL('../../node_modules/@types', import.meta.url).pathname],
  });
  const complaints = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
  expect(complaints).toEqual([]);
  const { stdout, stderr } = await run(process.execPath, [file], { cwd: folder });
  expect(stdout).toBe('waiting 0\n');
  expect(stderr).toBe('');
});
