import type { BrowserContext } from '@playwright/test';

/** Gives a browser what the portal at `url` would have set. */
export async function useCookies(context: BrowserContext, url: string, setCookies: string[]): Promise<void> {
  const pairs = setCookies.map((cookie) => cookie.split(';')[0]?.split('=') ?? []);
  await context.addCookies(pairs.map(([name = '', value = '']) => ({ name, value, url })));
}
