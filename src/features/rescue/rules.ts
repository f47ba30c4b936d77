import { type ExampleLines, linesFor } from './example-lines.ts';
import { keyRules } from './key-rules.ts';
import { routeRescue } from './route-rules.ts';

/** One failing call, as the gateway saw it. */
export interface FailingCall {
  method: string;
  /** The path with identifiers replaced. */
  route: string;
  status: number;
  /** The code in the answer: the gateway's, or the API's own. */
  error_code: string | null;
  clue: string | null;
  client: 'curl' | 'python' | 'javascript' | 'monitor' | 'other';
}

/** What the rules may know of the API. */
export interface ApiFacts {
  /** Such as `http://localhost:4321`. */
  origin: string;
  /** Such as `/v1`. */
  prefix: string;
  keyPrefix: string;
  /** The API's routes with their methods, such as `/v1/messages/{id}`; empty where they are not known. */
  routes: Readonly<Record<string, readonly string[]>>;
}

export interface Rescue {
  /** What is wrong, in one sentence. */
  sentence: string;
  /** The line to have instead; null where no line of the program is at fault. */
  line: string | null;
}

/** What a rule is handed: the call, the API, and how the calling program writes a line. */
export interface Case {
  call: FailingCall;
  api: ApiFacts;
  lines: ExampleLines;
}
export type Rule = (facts: Case) => Rescue | null;

const MESSAGE = { to: 'ada@example.com', body: 'Hello' };
const ENDPOINT = { url: 'https://example.com/hooks' };
const RECIPIENTS = 'an e-mail address, or a phone number such as +14155550123';

/** By the code in the answer. */
const BY_CODE: Readonly<Record<string, Rule>> = {
  ...keyRules,
  not_found: routeRescue,
  method_not_allowed: ({ call, lines }) => {
    const allowed = call.clue?.split(/,\s*/).filter((name) => name !== 'HEAD' && name !== 'OPTIONS') ?? [];
    // A body was meant to be sent, so the method that takes one comes first.
    const method = allowed.find((name) => name === 'POST' && call.method !== 'GET') ?? allowed[0];
    if (!method) return say(`${call.method} is not a method that ${call.route} has.`, null);
    const sentence = `${call.route} does not take ${call.method}; it takes ${allowed.join(' and ')}.`;
    return say(sentence, lines.method(method, call.route));
  },
  unsupported_media_type: ({ call, lines }) => {
    const sent = {
      'application/x-www-form-urlencoded':
        'The body was announced as a form, which is what curl -d does unless it is told otherwise; this route reads JSON.',
      'text/plain': 'The body was announced as plain text, and this route reads JSON.',
      'multipart/form-data': 'The body was sent as a form with parts, and this route reads JSON.',
      none: 'The body was sent without saying what it is, and this route reads JSON.',
    }[call.clue ?? ''];
    return say(sent ?? 'This route reads JSON, and the body was announced as something else.', lines.json);
  },
  invalid_json: ({ lines }) =>
    say(
      'The body is not valid JSON: names and texts need double quotes, and nothing may follow the last comma.',
      lines.body(MESSAGE),
    ),
  recipient_missing: ({ lines }) =>
    say('The message has no recipient: the field to is missing.', lines.body(MESSAGE)),
  recipient_invalid: ({ lines }) =>
    say(`The recipient cannot be reached: to has to be ${RECIPIENTS}.`, lines.body(MESSAGE)),
  message_body_missing: ({ lines }) =>
    say('The message has no text: the field body is missing.', lines.body(MESSAGE)),
  message_body_invalid: ({ lines }) =>
    say('The text in body has to be a string of 1 to 1600 characters.', lines.body(MESSAGE)),
  unknown_field: ({ call, lines }) =>
    say(
      `The body has a field that this route does not know, usually one that is misspelt; ${isMessage(call) ? 'a message has to and body' : 'the answer names it'}.`,
      isMessage(call) ? lines.body(MESSAGE) : null,
    ),
  unknown_parameter: ({ call, lines }) =>
    say(
      'The query has a parameter that this route does not know; a list takes limit and cursor.',
      lines.address(`${call.route}?limit=20`),
    ),
  limit_invalid: ({ call, lines }) =>
    say(
      'The parameter limit has to be a whole number from 1 to 100.',
      lines.address(`${call.route}?limit=20`),
    ),
  cursor_invalid: ({ call, lines }) =>
    say(
      'The cursor is not one that this list gave out: take next_cursor of the page before, or none for the first page.',
      lines.address(call.route),
    ),
  message_not_found: ({ lines, api }) =>
    say(
      'None of your messages has this id: take one from the list.',
      lines.address(`${api.prefix}/messages`),
    ),
  url_missing: ({ lines }) =>
    say('The endpoint has no address: the field url is missing.', lines.body(ENDPOINT)),
  url_invalid: ({ lines }) =>
    say('The address in url has to begin with https:// or http://.', lines.body(ENDPOINT)),
  endpoint_not_found: ({ lines, api }) =>
    say(
      'None of your webhook endpoints has this id: take one from the list.',
      lines.address(`${api.prefix}/webhook-endpoints`),
    ),
  idempotency_key_reused: ({ lines }) =>
    say(
      'This Idempotency-Key was already used for another message: every new message needs one of its own.',
      lines.idempotency,
    ),
  idempotency_key_invalid: ({ lines }) =>
    say('The Idempotency-Key is empty or has spaces in it: a UUID is a good one.', lines.idempotency),
  rate_limited: ({ call, lines }) => {
    const seconds = Number(call.clue) || 1;
    return say(`Too many requests in a short time: wait ${seconds} s, then go on.`, lines.wait(seconds));
  },
  body_too_large: () =>
    say('The body is larger than the API takes: send less at once, or in several requests.', null),
  upstream_unreachable: () =>
    say(
      'Your request was right: the API behind this portal could not be reached, and nothing was done; try it again.',
      null,
    ),
  upstream_timeout: ({ lines }) =>
    say(
      'Your request was right, but the API took too long: it may have been carried out, so repeat it only with an Idempotency-Key.',
      lines.idempotency,
    ),
  upstream_failed: ({ lines }) =>
    say(
      'Your request was right, but the API broke off: it may have been carried out, so repeat it only with an Idempotency-Key.',
      lines.idempotency,
    ),
  upgrade_unsupported: () =>
    say('This asked for a WebSocket, and the API answers plain requests only: call it with HTTP.', null),
};

const apiFailed: Rule = ({ call }) =>
  say(`The API failed (${call.status}), not your request: try it again in a moment.`, null);

/** Where the API's own code says nothing to us, its status may. A status that can mean anything is not here. */
const BY_STATUS: Readonly<Record<number, Rule | undefined>> = {
  404: routeRescue,
  405: BY_CODE.method_not_allowed,
  413: BY_CODE.body_too_large,
  415: BY_CODE.unsupported_media_type,
  429: BY_CODE.rate_limited,
  500: apiFailed,
  502: apiFailed,
  503: apiFailed,
  504: BY_CODE.upstream_timeout,
};

const missingField: Rule = ({ call }) =>
  call.status === 400 || call.status === 422
    ? say(`A field that this route needs is missing (${call.error_code}): the answer names it.`, null)
    : null;

/**
 * What is wrong with a failing call, in one sentence, and the line that mends it. Null for a call that did not fail
 * and for a failure that the rules know nothing certain of.
 */
export function rescue(call: FailingCall, api: ApiFacts): Rescue | null {
  if (call.status < 400) return null;
  const code = call.error_code ?? '';
  const rule = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : BY_STATUS[call.status];
  const otherwise = /missing|required/.test(code) ? missingField : undefined;
  return (rule ?? otherwise)?.({ call, api, lines: linesFor(call.client) }) ?? null;
}

function isMessage(call: FailingCall): boolean {
  return call.route.endsWith('/messages');
}

function say(sentence: string, line: string | null): Rescue {
  return { sentence, line };
}
