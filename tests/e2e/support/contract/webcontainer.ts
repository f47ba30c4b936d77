import type { Page } from '@playwright/test';
import type { ContractEngine } from './contract-engine.ts';
import { embedded } from './embedded.ts';
import { installDouble, type WebContainerDouble } from './webcontainer-double.ts';

/** Opt-in: the real runtime, which needs a network. Everywhere else the real client talks to the double. */
const isLive = process.env.WEBCONTAINER_LIVE === '1';
const doubles = new WeakMap<Page, WebContainerDouble>();

/** The same programs as the embedded engine's, in StackBlitz's WebContainer. */
export const webcontainer: ContractEngine = {
  name: 'webcontainer',
  language: 'typescript',
  entry: 'index.ts',
  page: '/isolated',
  tellsStderrApart: false,
  hasBridge: false,
  coldMs: 15_000,
  programs: {
    ...embedded.programs,
    // Its own folder is new each time; what else it could leave behind is outside.
    leavesTraces: {
      'index.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('trace.txt', '1'); (globalThis as any).trace = 1;`,
    },
  },
  async arrange(page) {
    if (!isLive) doubles.set(page, await installDouble(page));
  },
  refuseToStart: (page) => (isLive ? blockStackBlitz(page) : replace(page, 'build-error')),
  hangWhileStarting: (page) => (isLive ? blockStackBlitz(page) : replace(page, 'hang')),
  stillRunning: async (page) => doubles.get(page)?.running() ?? 0,
};

async function replace(page: Page, mode: 'build-error' | 'hang'): Promise<void> {
  doubles.get(page)?.setMode(mode);
}

/** Never answered, never refused: what a firewall does. */
async function blockStackBlitz(page: Page): Promise<void> {
  await page.route('https://stackblitz.com/**', () => {});
}
