import { type Browser, chromium, type Page } from 'playwright';
import { startOwnPortal } from '../e2e/support/own-portal.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { startPlainStarlight } from './plain-starlight.ts';
import type { Row } from './table.ts';

const PAGES = { home: '/', quickstart: '/quickstart/' };
const LIMIT_KB = 65;
const VIEWPORTS = [
  { width: 1280, height: 800 },
  { width: 375, height: 667 },
];
/** Late fonts and scripts would have moved the page by then. */
const SETTLE_MS = 1_000;

interface Weight {
  bytes: number;
  requests: number;
  /** Cumulative layout shift. */
  shift: number;
}

/** What a first visit costs before any interaction, over the wire and on screen. */
export async function benchPages(): Promise<Row[]> {
  const browser = await chromium.launch(chromiumLaunch());
  try {
    return [...(await weighPortal(browser)), await weighPeer(browser)];
  } finally {
    await browser.close();
  }
}

async function weighPortal(browser: Browser): Promise<Row[]> {
  const portal = await startOwnPortal();
  try {
    const rows: Row[] = [];
    for (const [name, path] of Object.entries(PAGES)) {
      const { bytes, requests, shift } = await weigh(browser, portal.url + path);
      rows.push(
        {
          what: `${name}: compressed over the wire, before any interaction`,
          measured: `${kilobytes(bytes)} KB in ${requests} requests`,
          limit: `≤ ${LIMIT_KB} KB`,
          reached: bytes <= LIMIT_KB * 1_000,
        },
        {
          what: `${name}: layout shift (1280 and 375 px wide, the larger)`,
          measured: shift === 0 ? '0' : shift.toFixed(4),
          limit: '0',
          reached: shift === 0,
        },
      );
    }
    return rows;
  } finally {
    await portal.close();
  }
}

/** Plain Starlight with the same words, for comparison; no limit of ours. */
async function weighPeer(browser: Browser): Promise<Row> {
  const what = 'plain Starlight, the same words as the quickstart, for comparison';
  try {
    const peer = await startPlainStarlight();
    try {
      const { bytes, requests } = await weigh(browser, `${peer.url}/quickstart/`);
      return { what, measured: `${kilobytes(bytes)} KB in ${requests} requests`, limit: '', reached: null };
    } finally {
      await peer.close();
    }
  } catch (error) {
    const [why] = String(error).split('\n');
    return { what, measured: `could not be built (${why})`, limit: '', reached: null };
  }
}

const kilobytes = (bytes: number) => (bytes / 1_000).toFixed(1);

/** The first viewport's bytes; the largest shift of all of them. */
async function weigh(browser: Browser, url: string): Promise<Weight> {
  const visits: Weight[] = [];
  for (const viewport of VIEWPORTS) {
    const context = await browser.newContext({ viewport });
    visits.push(await visit(await context.newPage(), url));
    await context.close();
  }
  const [first] = visits;
  return {
    bytes: first?.bytes ?? Number.NaN,
    requests: first?.requests ?? Number.NaN,
    shift: Math.max(...visits.map(({ shift }) => shift)),
  };
}

declare global {
  interface Window {
    shift: number;
  }
}

async function visit(page: Page, url: string): Promise<Weight> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  let bytes = 0;
  let requests = 0;
  devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  await page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) window.shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await page.goto(url, { waitUntil: 'networkidle' });
  await page.waitForTimeout(SETTLE_MS);
  return { bytes, requests, shift: await page.evaluate(() => window.shift) };
}
