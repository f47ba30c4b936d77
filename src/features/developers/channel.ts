import { z } from 'zod';

const text = z.string().max(200);

/** What a page knows of how its reader came: the origin of the page before, and what the link said of itself. */
export const cameFrom = z.strictObject({
  /** An origin, such as `https://github.com`; empty where the browser does not say. */
  referrer: text.default(''),
  utm_source: text.optional(),
  utm_medium: text.optional(),
});
export type CameFrom = z.input<typeof cameFrom>;

/** What brought a developer here. One of a few words, because what is kept is never what somebody wrote. */
export const CHANNELS = [
  'search',
  'github',
  'referral',
  'ads',
  'email',
  'event',
  'partner',
  'direct',
] as const;
export type Channel = (typeof CHANNELS)[number];

/** By what the link says of itself, in the words that campaign tools use. */
const MEDIUMS: readonly [RegExp, Channel][] = [
  [/^(cpc|ppc|cpm|ads?|paid.*|display|banner|retargeting)$/, 'ads'],
  [/^(e-?mail|newsletter)$/, 'email'],
  [/^(event|conference|meetup|webinar|hackathon)$/, 'event'],
  [/^(partner|affiliate|marketplace|integration)$/, 'partner'],
  [/^(organic|search)$/, 'search'],
  [/^(referral|social|link)$/, 'referral'],
];
const HOSTS: readonly [RegExp, Channel][] = [
  [/(^|\.)(github\.com|github\.io|gitlab\.com|bitbucket\.org)$/, 'github'],
  [
    /(^|\.)(google\.[a-z.]+|bing\.com|duckduckgo\.com|ecosia\.org|yahoo\.[a-z.]+|yandex\.[a-z]+|baidu\.com|kagi\.com|qwant\.com|startpage\.com|search\.brave\.com)$/,
    'search',
  ],
];

/**
 * Null where nobody can know: the page before was one of the portal's own, and forgot where its reader had come from.
 */
export function channelOf(from: CameFrom, ownOrigin: string): Channel | null {
  const source = from.utm_source?.toLowerCase() ?? '';
  const medium = from.utm_medium?.toLowerCase() ?? '';
  const said =
    MEDIUMS.find(([pattern]) => pattern.test(medium))?.[1] ?? (source === 'github' ? 'github' : null);
  if (said) return said;
  if (!from.referrer) return source || medium ? 'referral' : 'direct';
  if (!URL.canParse(from.referrer)) return null;
  const { origin, hostname } = new URL(from.referrer);
  if (origin === ownOrigin) return null;
  return HOSTS.find(([pattern]) => pattern.test(hostname))?.[1] ?? 'referral';
}
