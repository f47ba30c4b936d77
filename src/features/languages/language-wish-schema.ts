import { z } from 'zod';

/** What readers are offered to ask for: what is often used to call an API and is not among the samples. */
export const WISHES = {
  go: 'Go',
  java: 'Java',
  kotlin: 'Kotlin',
  csharp: 'C#',
  php: 'PHP',
  ruby: 'Ruby',
  rust: 'Rust',
  swift: 'Swift',
  elixir: 'Elixir',
  dart: 'Dart',
  other: 'Another one',
} as const;
export type Wish = keyof typeof WISHES;

const ids = Object.keys(WISHES) as [Wish, ...Wish[]];
export const languageWish = z.strictObject({ language: z.enum(ids) });
