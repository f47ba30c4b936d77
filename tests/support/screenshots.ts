import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright';
import { buildIfNeeded } from '../../src/cli/build-if-needed.ts';
import { startOwnPortal } from '../e2e/support/own-portal.ts';
import { chromiumLaunch, ensureChromium } from './chromium.ts';

const FOLDER = fileURLToPath(new URL('../../public/screenshots/', import.meta.url));
const DESKTOP = { width: 1280, height: 860 };
/** Home fills one screen and no more. */
const HOME = { width: 1280, height: 745 };
const PHONE = { width: 375, height: 812 };
const QUALITY = 82;

/** Seconds between a developer's key and their first call; null for those who never call. */
const DEVELOPERS = [0, 1, 1, 2, null, 4, 7, null, 11, null];

/** `npm run screenshots`: the pictures of the README, taken from a portal of their own. */
async function main(): Promise<void> {
  ensureChromium();
  await buildIfNeeded();
  mkdirSync(FOLDER, { recursive: true });
  const portal = await startOwnPortal();
  const browser = await chromium.launch(chromiumLaunch());
  try {
    await inView(browser, { view: HOME }, (page) => takeHome(page, portal.url, 'home'));
    await inView(browser, { view: HOME, dark: true }, (page) => takeHome(page, portal.url, 'home-dark'));
    await inView(browser, { view: DESKTOP }, (page) => takeRun(page, portal.url, 'quickstart'));
    await inView(browser, { view: PHONE }, (page) => takeRun(page, portal.url, 'quickstart-phone'));
  } finally {
    await portal.close();
  }
  // A portal of its own again: the readers above would be developers in its table.
  const insights = await startOwnPortal();
  try {
    await Promise.all(DEVELOPERS.map((wait) => develop(insights.url, wait)));
    await inView(browser, { view: DESKTOP }, (page) => takeInsights(page, insights.adminLink));
  } finally {
    await insights.close();
    await browser.close();
  }
}

interface Look {
  view: { width: number; height: number };
  dark?: boolean;
}

async function inView(browser: Browser, { view, dark }: Look, take: (page: Page) => Promise<void>) {
  const context = await browser.newContext({
    viewport: view,
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'UTC',
    hasTouch: view === PHONE,
    deviceScaleFactor: view === PHONE ? 2 : 1,
  });
  await take(await context.newPage());
  await context.close();
}

async function takeHome(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url, { waitUntil: 'networkidle' });
  await save(page, name);
}

/** The moment: answered, arrived, ticked. */
async function takeRun(page: Page, url: string, name: string): Promise<void> {
  await page.goto(`${url}/quickstart/`, { waitUntil: 'networkidle' });
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('.request[data-observed]').waitFor();
  await page.locator('[data-step=first_call][data-state=done]').waitFor();
  const sandbox = page.locator('fc-sandbox');
  await sandbox.evaluate((element) => scrollBy(0, element.getBoundingClientRect().top - 120));
  await page.mouse.move(0, 0);
  await save(page, name);
}

async function takeInsights(page: Page, adminLink: string): Promise<void> {
  await page.goto(adminLink, { waitUntil: 'networkidle' });
  await save(page, 'insights');
}

/** A developer who takes a key and calls with it after some seconds, or never. */
async function develop(url: string, wait: number | null): Promise<void> {
  const post = async (path: string, headers: Record<string, string>, body: unknown) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}.`);
    return response.json();
  };
  const { secret } = await post('/api/credentials', {}, { origin: 'own_machine', page_age_ms: 20_000 });
  if (wait === null) return;
  await sleep(wait * 1_000);
  const message = { to: 'ada@example.com', body: 'Hello from my first call.' };
  await post('/v1/messages', { Authorization: `Bearer ${secret}` }, message);
  // Stored within a quarter of a second; the page should show it.
  await sleep(500);
}

/** As WebP, which Chromium writes itself. */
async function save(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  const devtools = await page.context().newCDPSession(page);
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: QUALITY });
  const image = Buffer.from(data, 'base64');
  writeFileSync(`${FOLDER}${name}.webp`, image);
  console.log(`public/screenshots/${name}.webp  ${Math.round(image.length / 1_000)} KB`);
}

await main();
