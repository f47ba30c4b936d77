import type { Page } from '@playwright/test';
import type { EngineHarness } from '../engine-harness.ts';
import type { Attempt } from './attempt.ts';

export interface Reached {
  outcome: string;
  arrived: EngineHarness['seen'];
  surprises: string[];
  /** What is no longer as it was in the page. */
  changed: Record<string, unknown>;
}

export const NOTHING: Reached = { outcome: '', arrived: [], surprises: [], changed: {} };

/** Stands for the portal's page: what it has to hide, and what must not change under it. */
export interface PortalPage {
  /** Everything that the attempt reached; `NOTHING` when it was held. A page that was changed is opened anew. */
  reached(attempt: Pick<Attempt, 'mayArrive'>, outcome: string): Promise<Reached>;
}

const look = (): Record<string, unknown> => ({
  title: document.title,
  address: location.href,
  cookies: document.cookie,
  stored: JSON.stringify(localStorage),
  secret: Reflect.get(window, 'secret'),
  heard: JSON.stringify(Reflect.get(window, 'heard')),
  polluted: String([Reflect.get({}, 'polluted'), Reflect.get([], 'polluted'), Reflect.get({}, 'secret')]),
});

export async function openPortalPage(page: Page, harness: EngineHarness): Promise<PortalPage> {
  const surprises: string[] = [];
  page.on('dialog', (dialog) => {
    surprises.push(`dialog: ${dialog.message()}`);
    dialog.dismiss().catch(() => {});
  });
  page.on('download', (download) => surprises.push(`download: ${download.suggestedFilename()}`));
  page.context().on('page', (opened) => {
    surprises.push('a window');
    opened.close().catch(() => {});
  });
  page.context().on('serviceworker', () => surprises.push('a service worker'));
  // What a worker throws is its own affair; what makes the frame's or the page's code throw has reached it.
  page.on('pageerror', ({ stack }) => {
    if (/\/_sandbox\/frame|engine-page/.test(stack ?? ''))
      surprises.push('an error in the frame or the page');
  });

  const open = async () => {
    await page.context().clearCookies();
    await page.goto(harness.url);
    await page.evaluate(() => {
      document.title = 'portal';
      localStorage.setItem('secret', 'of the reader');
      // biome-ignore lint/suspicious/noDocumentCookie: one that scripts can read, in the plainest way
      document.cookie = 'returning=1';
      const heard: unknown[] = [];
      new BroadcastChannel('portal').onmessage = ({ data }) => heard.push(data);
      addEventListener('error', ({ message }) => heard.push(message));
      Object.assign(window, { secret: 'of the reader', heard });
    });
    return page.evaluate(look);
  };
  const before = await open();
  return {
    async reached({ mayArrive }, outcome) {
      const arrived = harness.seen
        .splice(0)
        .filter(({ line, cookie }) => line.includes('leak') && !(mayArrive && !cookie));
      const after: typeof before = await page
        .evaluate(look)
        .catch((error: unknown) => ({ gone: String(error) }));
      const names = new Set([...Object.keys(before), ...Object.keys(after)]);
      const changed = [...names].filter((name) => before[name] !== after[name]);
      if (changed.length > 0) await open();
      return {
        outcome: outcome.includes('ESCAPED') ? outcome : '',
        arrived,
        surprises: surprises.splice(0),
        changed: Object.fromEntries(changed.map((name) => [name, after[name]])),
      };
    },
  };
}
