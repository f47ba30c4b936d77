import { readFileSync } from 'node:fs';
import { chromium } from 'playwright';

/** Renders the card that link previews show: `node tests/support/render-social-card.ts`, after changing the SVG. */
const svg = readFileSync(new URL('social-card.svg', import.meta.url), 'utf8');
const { CHROMIUM_PATH = '/usr/bin/chromium' } = process.env;
const browser = await chromium.launch({ executablePath: CHROMIUM_PATH, args: ['--no-sandbox'] });
const page = await browser.newPage({ viewport: { width: 1200, height: 630 } });
await page.setContent(`<style>body{margin:0}svg{display:block}</style>${svg}`);
await page.screenshot({ path: 'public/og.png' });
await browser.close();
