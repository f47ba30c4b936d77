import mdx from '@astrojs/mdx';
import node from '@astrojs/node';
import sitemap from '@astrojs/sitemap';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { NO_ACCESS, PAGES } from './src/http/policy.ts';
import { checkPolicy } from './src/integrations/check-policy.ts';
import { finishBuild } from './src/integrations/finish-build.ts';
import { portalInDev } from './src/integrations/portal-in-dev.ts';
import { sandboxFrame } from './src/integrations/sandbox-frame.ts';
import { sidebar } from './src/sidebar.ts';
import { codeBlocks } from './src/styles/code-themes.ts';

/** Canonical links and the social card need an absolute address; everything else on a page is relative. */
const site = process.env.PUBLIC_URL ?? 'http://localhost:4321';

const isForSomebody = (path) => path === NO_ACCESS || Object.hasOwn(PAGES, path);

export default defineConfig({
  site,
  output: 'static',
  // Prerendered pages are files; our own server (src/server.ts) hands the rest to Astro as middleware.
  adapter: node({ mode: 'middleware' }),
  // The portal keeps its own sessions; Astro's would write files beside the server.
  session: false,
  // Where a request comes from is asked once, for everything (src/http/same-origin.ts); no form here is long.
  security: { checkOrigin: false, actionBodySizeLimit: 64 * 1024 },
  // While developing, `astro dev` listens where `npm start` would.
  server: { port: Number(process.env.PORT || 4321), host: process.env.HOST || 'localhost' },
  devToolbar: { enabled: false },
  vite: {
    build: {
      rolldownOptions: {
        // Astro marks its own modules with a directive that Rolldown does not know; nobody can mend that here.
        onLog: (level, log, report) => log.code !== 'MODULE_LEVEL_DIRECTIVE' && report(level, log),
      },
    },
  },
  integrations: [
    starlight({
      title: 'Firstcall',
      description: 'Documentation in which you make your first API call with one click.',
      favicon: '/favicon.svg',
      head: [
        { tag: 'meta', attrs: { property: 'og:image', content: new URL('/og.png', site).href } },
        {
          tag: 'meta',
          attrs: { property: 'og:image:alt', content: 'Firstcall: from landing to a 200 in one click' },
        },
        { tag: 'meta', attrs: { name: 'twitter:card', content: 'summary_large_image' } },
      ],
      components: {
        Header: './src/components/docs/Header.astro',
        Hero: './src/components/docs/Hero.astro',
        MobileMenuFooter: './src/components/docs/MobileMenuFooter.astro',
        Search: './src/components/docs/Search.astro',
        SiteTitle: './src/components/docs/SiteTitle.astro',
      },
      customCss: ['./src/styles/theme.css', './src/styles/docs.css'],
      sidebar: sidebar('content/docs'),
      expressiveCode: codeBlocks,
      credits: false,
      // Asides and heading anchors are only made in folders named here, because the docs live outside src.
      markdown: { processedDirs: ['./content/docs'] },
      // The page for a wrong address is content like any other: content/docs/404.md.
      disable404Route: true,
    }),
    mdx(),
    // What is rendered for whoever asks is not for search engines.
    sitemap({ filter: (page) => !isForSomebody(new URL(page).pathname.replace(/\/$/, '')) }),
    portalInDev(),
    checkPolicy(),
    sandboxFrame(),
    finishBuild(),
  ],
});
