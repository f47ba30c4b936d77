import { type Browser, chromium, type Page } from 'playwright';
import { startOwnPortal } from '../e2e/support/own-portal.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { median, type Row } from './table.ts';

const READERS = 10;
const WARM_MS = 150;

/** A tab of the sandbox, and what its first run on a page may take, in milliseconds. */
const LANGUAGES = [
  { label: 'TypeScript', coldMs: 800, looksMs: 0 },
  { label: 'curl', coldMs: 1_200, looksMs: 1_000 },
  // The next interpreter starts while the reader looks at what the last one printed.
  { label: 'Python', coldMs: 6_000, looksMs: 8_000 },
];
type Language = (typeof LANGUAGES)[number];

/**
 * *Run* → first line that the program printed, in the page's own clock: from the click to its place in the log. The
 * sample prints what the API answered, so a cold run contains a new key and a call through the gateway.
 */
export async function benchSandbox(): Promise<Row[]> {
  const portal = await startOwnPortal({ KEYS_PER_HOUR: '10000' });
  const browser = await chromium.launch(chromiumLaunch());
  const rows: Row[] = [];
  try {
    for (const language of LANGUAGES) {
      const cold: number[] = [];
      const warm: number[] = [];
      for (let reader = 0; reader < READERS; reader += 1) {
        const runs = await runTwice(browser, `${portal.url}/quickstart/`, language);
        cold.push(runs.cold);
        warm.push(runs.warm);
      }
      const { label, coldMs, looksMs } = language;
      const pause = looksMs > 0 ? `, ${looksMs / 1000} s later` : '';
      rows.push(
        row(`sandbox, ${label}: Run → first output, cold (new browser context, empty cache)`, cold, coldMs),
        row(
          `sandbox, ${label}: Run → first output, warm (the second run on the page${pause})`,
          warm,
          WARM_MS,
        ),
      );
    }
  } finally {
    await browser.close();
    await portal.close();
  }
  return rows;
}

function row(what: string, times: number[], limitMs: number): Row {
  const typical = median(times);
  const range = `${Math.min(...times).toFixed(0)} to ${Math.max(...times).toFixed(0)}`;
  return {
    what,
    measured: `${typical.toFixed(0)} ms (${range}, median of ${times.length})`,
    limit: `≤ ${limitMs} ms`,
    reached: typical <= limitMs,
  };
}

async function runTwice(
  browser: Browser,
  url: string,
  { label, looksMs }: Language,
): Promise<{ cold: number; warm: number }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole('tab', { name: label, exact: true }).first().click();
  const cold = await timeRun(page);
  await page.waitForTimeout(looksMs);
  const warm = await timeRun(page);
  await context.close();
  return { cold, warm };
}

/** Clicks as a reader does; the time runs inside the page, and ends after the run has. */
async function timeRun(page: Page): Promise<number> {
  await page.evaluate(watchNextRun);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  const ms = await page.evaluate(() => window.firstOutput);
  await page.locator('[data-run-state=ok]').waitFor();
  return ms;
}

declare global {
  interface Window {
    /** Milliseconds from the click on Run to the first output of the program. */
    firstOutput: Promise<number>;
  }
}

/** Runs in the page. Status lines and requests are not output: only what the program itself printed is. */
function watchNextRun(): void {
  const log = document.querySelector('[role=log]');
  const button = document.querySelector('[data-do=run]');
  if (!log || !button) throw new Error('There is no sandbox on this page.');
  window.firstOutput = new Promise((resolve) => {
    button.addEventListener(
      'click',
      ({ timeStamp }) => {
        const before = new Set(log.querySelectorAll('[data-stream]'));
        new MutationObserver((_, observer) => {
          const printed = [...log.querySelectorAll('[data-stream]')].some((block) => !before.has(block));
          if (!printed) return;
          observer.disconnect();
          resolve(performance.now() - timeStamp);
        }).observe(log, { childList: true, subtree: true });
      },
      { once: true, capture: true },
    );
  });
}
