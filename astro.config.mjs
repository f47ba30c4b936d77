import mdx from '@astrojs/mdx';
import node from '@astrojs/node';
import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { sidebar } from './src/sidebar.ts';
import { codeBlocks } from './src/styles/code-themes.ts';

/** Canonical links and the social card need an absolute address; everything else on a page is relative. */
const site = process.env.PUBLIC_URL ?? 'http://localhost:4321';

export default defineConfig({
  site,
  output: 'static',
  // Prerendered pages are files; our own server (src/server.ts) hands the rest to Astro as middleware.
  adapter: node({ mode: 'middleware' }),
  // The portal keeps its own sessions; Astro's would write files beside the server.
  session: false,
  devToolbar: { enabled: false },
  // Asides and heading anchors are only processed for folders named here, because the docs live outside src.
  markdown: { processedDirs: ['./content/docs'] },
  integrations: [
    starlight({
      title: 'Firstcall',
      description: 'Documentation in which you make your first API call with one click.',
      favicon: '/favicon.svg',
      customCss: ['./src/styles/theme.css'],
      sidebar: sidebar('content/docs'),
      expressiveCode: codeBlocks,
      credits: false,
      // The page for a wrong address is content like any other: content/docs/404.md.
      disable404Route: true,
    }),
    mdx(),
  ],
});
