import type { Page } from '@playwright/test';
import type { ContractEngine } from './contract-engine.ts';

const FRAME = '**/_sandbox/frame.html';

/** JavaScript and TypeScript in the frame. */
export const embedded: ContractEngine = {
  name: 'embedded',
  language: 'typescript',
  entry: 'index.ts',
  page: '/',
  tellsStderrApart: true,
  hasBridge: true,
  coldMs: 10_000,
  programs: {
    inOrder: { 'index.ts': `console.log('one'); console.error('two'); console.log('three');` },
    exitsWith3: { 'index.ts': `console.log('before'); process.exit(3); console.log('after');` },
    environment: {
      'index.ts': `console.log(process.env.GREETING); console.log(process.env.NOBODY ?? 'unset');`,
    },
    severalFiles: {
      'index.ts': `import { Relay } from 'relay'; import { words } from './lib/words.ts';
        console.log(typeof Relay === 'function' ? (words satisfies string) : 'no SDK');`,
      'lib/words.ts': `export const words = 'from the other file';`,
    },
    failsOnLine3: { 'index.ts': `const a: number = 1;\n\nthrow new Error('boom');` },
    syntaxError: { 'index.ts': 'const a = 1;\nconsole.log(a;\n' },
    missingImport: { 'index.ts': `import './missing.ts';` },
    endless: { 'index.ts': `console.log('start'); for (;;) {}` },
    floods: { 'index.ts': `for (;;) console.log('spam');` },
    printsTwoMegabytes: {
      'index.ts': `for (let i = 0; i < 20_000; i++) console.log('x'.repeat(99));`,
    },
    leavesTraces: {
      'index.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('trace.txt', '1');
        (globalThis as any).trace = 1; (Array.prototype as any).trace = 1; setInterval(() => {}, 10).unref();`,
    },
    looksForTraces: {
      'index.ts': `import { existsSync } from 'node:fs';
        const found = existsSync('trace.txt') || 'trace' in globalThis || 'trace' in []; console.log(found ? 'dirty' : 'clean');`,
    },
    posts: {
      'index.ts': `const r = await fetch('https://api.test/v1/things', { method: 'POST', body: 'hello',
        headers: { Authorization: 'Bearer placeholder' } }); console.log(r.status);`,
    },
  },
  refuseToStart: (page) => page.route(FRAME, (route) => route.abort()).then(() => {}),
  hangWhileStarting: (page) => page.route(FRAME, () => {}).then(() => {}),
  stillRunning: framesBeyondTheSpare,
};

/** A realm is a frame with one worker, and one of them waits for the next run. */
export async function framesBeyondTheSpare(page: Page): Promise<number> {
  return Math.max(0, (await page.locator('iframe').count()) - 1);
}
