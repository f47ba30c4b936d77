import { expect, type Page } from '@playwright/test';
import type { EngineHarness } from '../engine-harness.ts';
import type { Attempt } from './attempt.ts';

/** Stands for the portal's page: what it has to hide, and what must not change under it. */
export interface PortalPage {
  /** Fails, without ending the test, for everything that the attempt reached. Answers whether it was held. */
  expectHeld(attempt: Attempt, outcome: string): Promise<boolean>;
}

const look = () => ({
  title: document.title,
  address: location.href,
  cookies: document.cookie,
  stored: JSON.stringify(localStorage),
  secret: Reflect.get(window, 'secret'),
  heard: Reflect.get(window, 'heard'),
  polluted: [Reflect.get({}, 'polluted'), Reflect.get([], 'polluted'), Reflect.get({}, 'secret')],
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

  const open = async () => {
    await page.goto(harness.url);
    await page.evaluate(() => {
      document.title = 'portal';
      localStorage.setItem('secret', 'of the reader');
      // biome-ignore lint/suspicious/noDocumentCookie: one that scripts can read, in the plainest way
      document.cookie = 'returning=1';
      const heard: unknown[] = [];
      new BroadcastChannel('portal').onmessage = ({ data }) => heard.push(data);
      Object.assign(window, { secret: 'of the reader', heard });
    });
    return page.evaluate(look);
  };
  const before = await open();
  return {
    async expectHeld({ name, mayArrive }, outcome) {
      const arrived = harness.seen
        .splice(0)
        .filter(({ line, cookie }) => line.includes('/leak') && !(mayArrive && !cookie));
      const after = await page.evaluate(look).catch((error: unknown) => String(error));
      const found = {
        outcome: outcome.includes('ESCAPED') ? outcome : '',
        arrived,
        surprises: surprises.splice(0),
        after,
      };
      const expected = { outcome: '', arrived: [], surprises: [], after: before };
      expect.soft(found, name).toEqual(expected);
      const isHeld = JSON.stringify(found) === JSON.stringify(expected);
      if (!isHeld) await open();
      return isHeld;
    },
  };
}
