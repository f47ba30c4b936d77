import { readFileSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { PROBLEMS } from '../../sandbox/api/problem.ts';

/** Walks every page that can be reached by links from the home page, in the browser's own HTML parser. */
async function crawl() {
  const pages = new Map<string, Document>();
  const waiting = ['/', '/404.html'];
  const links: { from: string; to: string }[] = [];
  const broken: string[] = [];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (pages.has(path)) continue;
    const response = await fetch(path);
    // It is there, for somebody who has signed in.
    if (response.status === 401) {
      pages.set(path, new Document());
      continue;
    }
    if (!response.ok) {
      broken.push(`${path} answers ${response.status}`);
      continue;
    }
    if (!response.headers.get('content-type')?.startsWith('text/html')) continue;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    pages.set(path, page);
    for (const element of page.querySelectorAll('*')) {
      for (const { name } of element.attributes) {
        if (name.startsWith('on'))
          broken.push(`${path} has an inline ${name}, which the portal's policy forbids`);
      }
    }
    for (const anchor of page.querySelectorAll('a[href]')) {
      const to = new URL(anchor.getAttribute('href') ?? '', new URL(path, location.href));
      if (to.origin !== location.origin) continue;
      links.push({ from: path, to: to.pathname + to.hash });
      waiting.push(to.pathname);
    }
  }
  for (const { from, to } of links) {
    const [path = '', id] = to.split('#');
    const page = pages.get(path);
    if (page && id && !page.getElementById(decodeURIComponent(id))) broken.push(`${from} links to ${to}`);
  }
  return { pages: [...pages.keys()], broken: [...new Set(broken)] };
}

test('every link inside the portal leads to a page and every anchor to a heading', async ({ page }) => {
  await page.goto('/');
  const { pages, broken } = await page.evaluate(crawl);
  expect(broken).toEqual([]);
  expect(pages).toEqual(
    expect.arrayContaining([
      '/quickstart/',
      '/guides/your-own-machine/',
      '/guides/keys/',
      '/guides/errors/',
      '/authors/write-a-page/',
      '/authors/add-a-sample/',
      '/operators/configure/',
      '/operators/connect-your-api/',
      '/operators/run-on-postgres/',
    ]),
  );
});

test('every page that search engines are told of is there', async ({ request }) => {
  const sitemap = await (await request.get('/sitemap-0.xml')).text();
  const paths = [...sitemap.matchAll(/<loc>https?:\/\/[^/]+(.*?)<\/loc>/g)].map((match) => match[1] ?? '');
  expect(paths.length).toBeGreaterThan(8);
  for (const path of paths) expect((await request.get(path)).status(), path).toBe(200);
});

test('every error code has a heading on the errors page', async ({ page }) => {
  const union = /export type ErrorCode =([^;]*);/.exec(readFileSync('src/errors.ts', 'utf8'))?.[1] ?? '';
  const codes = [...union.matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
  expect(codes.length).toBeGreaterThan(15);
  await page.goto('/guides/errors/');
  const ids = await page.locator('main :is(h2, h3)[id]').evaluateAll((all) => all.map((one) => one.id));
  expect(ids).toEqual(expect.arrayContaining([...codes, ...Object.keys(PROBLEMS)]));
});

for (const path of ['/quickstart/', '/guides/your-own-machine/']) {
  test(`the code on ${path} is the code of the sample files`, async ({ page }) => {
    await page.goto(path);
    const shown = await page.locator('[data-sample-file]').evaluateAll((blocks) =>
      blocks.map((block) => ({
        file: block.getAttribute('data-sample-file'),
        text: [...block.querySelectorAll('.ec-line')].map((line) => line.textContent).join(''),
      })),
    );
    expect(shown.length).toBeGreaterThan(0);
    const plain = (text: string) => text.replace(/\n/g, '');
    for (const { file, text } of shown) {
      expect(plain(text), file ?? '').toBe(plain(readFileSync(`sandbox/samples/${file}`, 'utf8')));
    }
  });
}

test('an address that leads nowhere says so, with a way on', async ({ page }) => {
  const response = await page.goto('/no/such/page/');
  expect(response?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('No page at this address');
  await page.getByRole('link', { name: 'Make your first call' }).click();
  await expect(page).toHaveURL(/\/quickstart\/$/);
});

test('crawlers, link previews and tabs find what they look for', async ({ page, request }) => {
  expect(await (await request.get('/robots.txt')).text()).toContain('Disallow: /insights');
  await page.goto('/');
  const card = await page.locator('meta[property="og:image"]').getAttribute('content');
  const image = await request.get(new URL(card ?? '').pathname);
  expect(image.headers()['content-type']).toBe('image/png');
  expect((await request.get('/favicon.svg')).headers()['content-type']).toContain('image/svg+xml');
});
