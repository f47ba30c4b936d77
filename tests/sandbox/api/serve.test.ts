import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const entry = fileURLToPath(new URL('../../../sandbox/api/serve.ts', import.meta.url));

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) return line;
  return '';
}

test('Relay runs on its own, as an HTTP upstream', async () => {
  const child = spawn(process.execPath, [entry], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const url = (await firstLine(child)).replace('relay: ', '');
  const sent = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'X-Consumer-Id': 'dev_ada', 'Content-Type': 'application/json', Connection: 'close' },
    body: '{"to": "ada@example.com", "body": "Hello over HTTP"}',
  });
  expect(sent.status).toBe(201);
  await sent.text();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
