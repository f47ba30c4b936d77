import { defineCollection } from 'astro:content';
import { docsSchema, i18nSchema } from '@astrojs/starlight/schema';
import { glob } from 'astro/loaders';

export const collections = {
  // Starlight's own loader takes no base, and writers should find their pages at the top of the repository.
  docs: defineCollection({
    loader: glob({ base: './content/docs', pattern: '**/[^_]*.{md,mdx}' }),
    schema: docsSchema(),
  }),
  // Words of Starlight's own that are said differently here.
  i18n: defineCollection({
    loader: () => [{ id: 'en', 'tableOfContents.overview': 'Top of the page' }],
    schema: i18nSchema(),
  }),
};
