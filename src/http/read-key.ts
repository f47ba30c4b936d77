import type { IncomingMessage } from 'node:http';
import type { ErrorCode } from '../errors.ts';

/** The key a request carries, or what is wrong with how it carries none. `detail` never repeats what was sent. */
export type KeyReading = { key: string } | { code: ErrorCode; clue: string | null; detail: string };

const OTHER_HEADERS = ['x-api-key', 'api-key', 'apikey', 'x-auth-token'];
const OTHER_SCHEME = /^(basic|token|apikey|digest|jwt|key)$/i;

/** The parts of a request in which people put keys. */
export type KeyBearer = Pick<IncomingMessage, 'url' | 'headers'>;

const PLACEHOLDER = /^(?:\$|<|\{|%)|your|api[-_]?key|\.\.\.|…|xxx|placeholder|token$/i;

/** Reads `Authorization: Bearer <key>`, and says in one sentence what to change when that is not what came. */
export function readKey(req: KeyBearer, keyPrefix: string): KeyReading {
  if (hasKeyInQuery(req.url ?? '', keyPrefix)) {
    return {
      code: 'key_in_query',
      clue: null,
      detail:
        'The key is in the address, where logs and histories keep it, so it was refused. Send it in the header "Authorization: Bearer <key>", and replace this key, because it may have been recorded on the way.',
    };
  }
  const header = req.headers.authorization?.trim();
  if (!header) return withoutHeader(req);
  if (header.startsWith(`${keyPrefix}_`)) {
    return {
      code: 'missing_bearer',
      clue: 'no_bearer',
      detail:
        'The word Bearer is missing: send "Authorization: Bearer <key>", with one space before the key.',
    };
  }
  const [, scheme = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(header) ?? [];
  if (scheme.toLowerCase() !== 'bearer') return wrongScheme(scheme);
  return withKey(rest.trim());
}

function withoutHeader(req: KeyBearer): KeyReading {
  const elsewhere = OTHER_HEADERS.find((name) => req.headers[name] !== undefined);
  if (!elsewhere)
    return {
      code: 'missing_key',
      clue: null,
      detail: 'The Authorization header is missing: send "Authorization: Bearer <key>".',
    };
  return {
    code: 'missing_key',
    clue: elsewhere,
    detail: `The key is in the header ${elsewhere}, which is not read here: send "Authorization: Bearer <key>" instead.`,
  };
}

function wrongScheme(scheme: string): KeyReading {
  const known = OTHER_SCHEME.test(scheme);
  return {
    code: 'missing_bearer',
    clue: known ? scheme.toLowerCase() : 'no_bearer',
    detail: known
      ? `The Authorization header begins with "${scheme}" where the word Bearer has to stand: send "Authorization: Bearer <key>".`
      : 'The word Bearer is missing: send "Authorization: Bearer <key>", with one space before the key.',
  };
}

function withKey(key: string): KeyReading {
  if (key === '') {
    return {
      code: 'missing_key',
      clue: 'empty',
      detail: 'After the word Bearer there is no key. Often the variable that should hold it is empty.',
    };
  }
  if (/^["'`].*["'`]$/s.test(key)) {
    return {
      code: 'malformed_key',
      clue: 'quotes',
      detail: 'The key stands in quotation marks: send it without them.',
    };
  }
  if (/^bearer\b/i.test(key)) {
    return {
      code: 'malformed_key',
      clue: 'bearer_twice',
      detail: 'The word Bearer stands there twice: send it once, before the key.',
    };
  }
  return { key };
}

/** True for what people leave in place of the key, such as `YOUR_API_KEY` or `$RELAY_API_KEY`. */
export function isPlaceholder(key: string): boolean {
  return key.length < 80 && PLACEHOLDER.test(key);
}

/**
 * Everything in a request that may hold a key, right or wrong: the Authorization header (Basic as it reads decoded),
 * the headers of other APIs, the query. For finding out whose attempt it was.
 */
export function placesOfKey(req: IncomingMessage): string {
  const { authorization = '' } = req.headers;
  const [, encoded] = /^basic\s+([\w+/=-]{8,200})$/i.exec(authorization) ?? [];
  const others = OTHER_HEADERS.map((name) => req.headers[name]);
  const [, query = ''] = (req.url ?? '').split('?', 2);
  const decoded = encoded && Buffer.from(encoded, 'base64').toString('latin1');
  return [decoded ?? authorization, ...others, query].filter(Boolean).join(' ').slice(0, 2_000);
}

function hasKeyInQuery(url: string, keyPrefix: string): boolean {
  const query = url.indexOf('?');
  if (query < 0) return false;
  const text = url.slice(query);
  return text.includes(`=${keyPrefix}_test_`) || text.includes(`=${keyPrefix}_live_`);
}
