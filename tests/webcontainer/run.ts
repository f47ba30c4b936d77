import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// `npm run test:webcontainer`: the contract of the sandbox against StackBlitz's real runtime. The ordinary suite runs the
// same contract against a stand-in, which proves our adapter and nothing more; only this proves that it fits.

const HOST = 'https://stackblitz.com';
const ANSWER_MS = 15_000;

const reason = await fetch(`${HOST}/headless`, { signal: AbortSignal.timeout(ANSWER_MS) }).then(
  ({ ok, status }) => (ok ? undefined : `it answered ${status}`),
  (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
);
if (reason) {
  console.error(
    `WebContainer cannot be verified from this machine: ${HOST} is out of reach (${reason}). ` +
      'Nothing was tested; run this where there is a network.',
  );
  process.exit(2);
}

const { status } = spawnSync(
  process.execPath,
  [
    fileURLToPath(import.meta.resolve('@playwright/test/cli')),
    'test',
    '--config',
    'tests/webcontainer/playwright.config.ts',
  ],
  { stdio: 'inherit', env: { ...process.env, WEBCONTAINER_LIVE: '1' } },
);
process.exit(status ?? 1);
