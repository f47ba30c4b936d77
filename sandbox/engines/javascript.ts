import type { SandboxEngine } from '../engine.ts';
import { FRAME_PATH } from '../frame/frame-headers.ts';
import { createRealmEngine } from './realm-engine.ts';

/** JavaScript and TypeScript, in the worker that ships inside the frame. */
export function createJavaScriptEngine({ frameUrl = FRAME_PATH } = {}): SandboxEngine {
  return createRealmEngine({
    name: 'embedded',
    languages: ['typescript', 'javascript'],
    bootDeadlineMs: 10_000,
    frameUrl,
    notStarted: 'The sandbox frame did not start.',
  });
}
