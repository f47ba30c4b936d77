import type { APIRoute } from 'astro';

export const prerender = true;

/** The docs are for everybody; what lies behind a sign-in and the API are not for crawlers. */
export const GET: APIRoute = ({ site }) =>
  new Response(
    `User-agent: *\nDisallow: /api/\nDisallow: /insights\nDisallow: /admin/\n\nSitemap: ${new URL('sitemap-index.xml', site)}\n`,
  );
