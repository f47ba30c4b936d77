import { expect, type Locator, type Page } from '@playwright/test';

/** A busy machine takes its time. */
const PATIENCE_MS = 15_000;

/** The workspace as a person meets it. */
export class WorkspacePage {
  readonly page: Page;
  readonly run: Locator;
  readonly stop: Locator;
  readonly state: Locator;
  readonly engineLine: Locator;

  constructor(page: Page) {
    this.page = page;
    this.run = page.getByRole('button', { name: 'Run', exact: true });
    this.stop = page.getByRole('button', { name: 'Stop' });
    this.state = page.locator('[data-run-state]');
    this.engineLine = page.locator('[data-engine-line]');
  }

  async open(url = ''): Promise<void> {
    await this.page.goto(`${url}/sandbox/first-call/`);
    await expect(this.page.locator('.xterm')).toBeVisible({ timeout: PATIENCE_MS });
  }

  /** Opens it with this program in place of the sample's first file. */
  async openWith(code: string, url = ''): Promise<void> {
    await this.page.addInitScript((text) => {
      localStorage.setItem('firstcall:code:first-call:typescript', JSON.stringify({ 'index.ts': text }));
    }, code);
    await this.open(url);
  }

  /** Waits until the screen shows this. Lines that are wider than the screen are joined again. */
  async reads(text: string | RegExp, { timeout = PATIENCE_MS } = {}): Promise<void> {
    await expect.poll(() => this.text(), { timeout }).toMatch(text);
  }

  /** Waits until the last run is said to be `Done`, `Failed` or `Stopped`. */
  async is(state: string): Promise<void> {
    await expect(this.state).toHaveText(state, { timeout: PATIENCE_MS });
  }

  /** What stands in the terminal, as a screen reader is told it. */
  async text(): Promise<string> {
    const rows = await this.page.locator('.xterm-accessibility-tree > *').allTextContents();
    return rows.map((row) => row.replaceAll('\u00a0', ' ').trimEnd()).join('');
  }
}
