import { expect, test } from 'vitest';
import { channelOf } from '../../../src/features/developers/channel.ts';

const OWN = 'https://docs.example.com';

test.each([
  [{ referrer: '' }, 'direct'],
  [{ referrer: 'https://www.google.co.uk' }, 'search'],
  [{ referrer: 'https://duckduckgo.com' }, 'search'],
  [{ referrer: 'https://github.com' }, 'github'],
  [{ referrer: 'https://notgithub.com' }, 'referral'],
  [{ referrer: 'https://news.example.org' }, 'referral'],
  [{ referrer: 'https://www.google.com', utm_medium: 'CPC' }, 'ads'],
  [{ referrer: '', utm_source: 'github' }, 'github'],
  [{ referrer: '', utm_source: 'devconf', utm_medium: 'event' }, 'event'],
  [{ referrer: '', utm_source: 'spring-launch' }, 'referral'],
  [{ referrer: OWN }, null],
  [{ referrer: 'no address' }, null],
])('%o came by %s', (from, channel) => {
  expect(channelOf(from, OWN)).toBe(channel);
});
