import type { SandboxEngine } from '../engine.ts';
import { FRAME_PATH } from '../frame/frame-headers.ts';
import { SHELL_WORKER_PATH } from '../frame/sandbox-paths.ts';
import { download } from './download.ts';
import { createRealmEngine } from './realm-engine.ts';

/** Shell scripts with curl, jq, grep and pipes, in a shell that is written in JavaScript and runs in the page. */
export function createShellEngine({ frameUrl = FRAME_PATH } = {}): SandboxEngine {
  return createRealmEngine({
    name: 'shell',
    languages: ['curl'],
    bootDeadlineMs: 30_000,
    frameUrl,
    notStarted: 'The shell did not start.',
    async load(signal, onProgress) {
      onProgress({ text: 'Getting the shell' });
      const worker = await download(SHELL_WORKER_PATH, 'The shell', signal);
      onProgress({ text: 'Starting the shell' });
      return { worker: { kind: 'classic', source: await worker.text() }, assets: {} };
    },
  });
}
