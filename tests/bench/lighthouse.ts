import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';
import { chromium } from 'playwright';
import { startOwnPortal } from '../e2e/support/own-portal.ts';
import { chromiumLaunch } from '../support/chromium.ts';
import { median, type Row } from './table.ts';

const PAGES = { home: '/', quickstart: '/quickstart/' };
const LIMITS = { performance: 98, accessibility: 100, 'best-practices': 100, seo: 100 };
type Category = keyof typeof LIMITS;
const CATEGORIES = Object.keys(LIMITS) as Category[];
const ROUNDS = 3;

/** Lighthouse as it comes: a simulated mid-range phone on slow 4G. The median of some rounds of each page. */
export async function benchLighthouse(): Promise<Row[]> {
  const portal = await startOwnPortal();
  try {
    const rows: Row[] = [];
    for (const [name, path] of Object.entries(PAGES)) rows.push(await row(name, portal.url + path));
    return rows;
  } finally {
    await portal.close();
  }
}

async function row(name: string, url: string): Promise<Row> {
  const rounds: Audit[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await audit(url));
  const scores = CATEGORIES.map((category) => median(rounds.map((one) => one.scores[category])));
  const failed = [...new Set(rounds.flatMap((one) => one.failed))].sort();
  return {
    what: `${name}: Lighthouse mobile, performance / accessibility / best practices / SEO`,
    measured: `${scores.join(' / ')} (median of ${ROUNDS}; performance ${list(rounds.map((one) => one.scores.performance))} at a machine index of ${list(rounds.map((one) => one.machine))})${
      failed.length > 0 ? `; failed: ${list(failed)}` : ''
    }`,
    limit: `≥ ${Object.values(LIMITS).join(' / ')}`,
    reached: CATEGORIES.every((category, n) => (scores[n] ?? 0) >= LIMITS[category]),
  };
}

const list = (items: (string | number)[]) => items.join(', ');

interface Audit {
  scores: Record<Category, number>;
  /** Lighthouse's own measure of how fast this machine was just then; an idle desktop has 1500 to 2000. */
  machine: number;
  /** What cost points, other than time. */
  failed: string[];
}

/** A browser of its own each time, so that no round finds a warm cache. */
async function audit(url: string): Promise<Audit> {
  const { executablePath, args } = chromiumLaunch();
  const chrome = await launch({
    chromePath: executablePath ?? chromium.executablePath(),
    chromeFlags: ['--headless=new', ...args],
    logLevel: 'silent',
  });
  try {
    const result = await lighthouse(url, {
      port: chrome.port,
      output: 'json',
      logLevel: 'silent',
      onlyCategories: CATEGORIES,
    });
    if (!result) throw new Error(`Lighthouse has no result for ${url}.`);
    const { categories, audits, environment, runtimeError } = result.lhr;
    if (runtimeError) throw new Error(runtimeError.message);
    const scoreOf = (category: Category) => Math.round((categories[category]?.score ?? 0) * 100);
    const refs = CATEGORIES.slice(1).flatMap((category) => categories[category]?.auditRefs ?? []);
    return {
      machine: environment.benchmarkIndex,
      scores: {
        performance: scoreOf('performance'),
        accessibility: scoreOf('accessibility'),
        'best-practices': scoreOf('best-practices'),
        seo: scoreOf('seo'),
      },
      failed: refs.filter(({ id, weight }) => weight > 0 && audits[id]?.score === 0).map(({ id }) => id),
    };
  } finally {
    chrome.kill();
  }
}
