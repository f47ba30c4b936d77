import type { Rescue, Rule } from './rules.ts';

type Sentence = string | ((keyPrefix: string) => string);

const BEARER = 'The word Bearer is missing before the key.';

/** Of one code, the sentence for each clue; `''` where there is no clue or another one. */
const SENTENCES: Readonly<Record<string, Readonly<Record<string, Sentence>>>> = {
  missing_key: {
    '': 'The call carries no Authorization header.',
    empty: 'After the word Bearer there is no key: the variable that should hold it is empty.',
    'x-api-key': 'The key was sent in the header X-API-Key, which this API does not read.',
    'api-key': 'The key was sent in the header Api-Key, which this API does not read.',
    apikey: 'The key was sent in the header Apikey, which this API does not read.',
    'x-auth-token': 'The key was sent in the header X-Auth-Token, which this API does not read.',
  },
  missing_bearer: {
    '': BEARER,
    basic: 'The key was sent as a user name (Basic), and this API wants it after the word Bearer.',
    token: 'The header says Token where the word Bearer has to stand.',
    apikey: 'The header says ApiKey where the word Bearer has to stand.',
    digest: 'The header says Digest where the word Bearer has to stand.',
    jwt: 'The header says JWT where the word Bearer has to stand.',
    key: 'The header says Key where the word Bearer has to stand.',
  },
  placeholder_key: {
    '': 'A placeholder was sent instead of a key: the variable was not replaced, as happens in single quotes.',
  },
  malformed_key: {
    '': 'What was sent is not a whole key.',
    quotes: 'The key was sent with quotation marks round it.',
    bearer_twice: 'The word Bearer was sent twice.',
    prefix: (prefix) => `The beginning of the key is missing: it starts with ${prefix}_test_.`,
    environment: (prefix) => `The beginning of the key was changed: it starts with ${prefix}_test_.`,
    length: 'The key was cut off, or something was added to it: copy the whole of it again.',
    checksum: 'The key has a typing error: copy it again instead of typing it.',
  },
  unknown_key: {
    '': 'This portal never issued the key: compare RELAY_URL with the address that the key came from.',
    other_environment: (prefix) =>
      `This is a test key with its beginning changed to ${prefix}_live_; that does not make a live key of it.`,
  },
  expired_key: { '': 'The key has expired: get another one, here on the page.' },
  revoked_key: { '': 'The key was revoked: get another one, here on the page.' },
  wrong_network: {
    '': 'The key may only be used from certain networks, and the call came from another one.',
  },
  insufficient_scope: {
    '': 'The key may not do that: its scopes were chosen when it was made, and this one is not among them.',
  },
  key_in_query: {
    '': 'The key was sent in the address, where logs keep it: send it in the header, and replace it by a new one.',
  },
};

/** The API's own words for a key that does not belong to the environment it was used in. */
const WRONG_ENVIRONMENT = ['test_key_on_live', 'wrong_environment', 'livemode_mismatch', 'testmode_mismatch'];

/** Here the program is right and the value of its variable is not. */
const BY_VALUE = new Set([
  'expired_key',
  'revoked_key',
  'wrong_network',
  'insufficient_scope',
  'unknown_key',
  'unknown_key other_environment',
  'missing_key empty',
  'malformed_key prefix',
  'malformed_key environment',
  'malformed_key length',
  'malformed_key checksum',
]);

function ruleFor(code: string): Rule {
  return ({ call, api, lines }): Rescue | null => {
    const words = SENTENCES[code] ?? {};
    const clue = call.clue !== null && Object.hasOwn(words, call.clue) ? call.clue : '';
    const sentence = words[clue];
    if (sentence === undefined) return null;
    const byValue = BY_VALUE.has(`${code} ${clue}`.trim());
    return {
      sentence: typeof sentence === 'string' ? sentence : sentence(api.keyPrefix),
      line: byValue ? `export RELAY_API_KEY=${api.keyPrefix}_test_…` : lines.authorization,
    };
  };
}

/** The rules for everything that can be wrong with the key a call carries, by the code of the answer. */
export const keyRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(Object.keys(SENTENCES).map((code) => [code, ruleFor(code)])),
  ...Object.fromEntries(
    WRONG_ENVIRONMENT.map((code): [string, Rule] => [
      code,
      ({ api }) => ({
        sentence:
          'A test key was used where the API wants a live one: with a test key, call the test address.',
        line: `export RELAY_URL=${api.origin}`,
      }),
    ]),
  ),
};
