import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BridgeRequest } from '../../../sandbox/engine.ts';
import { type BrokerOptions, createBroker } from '../../../src/components/sandbox/broker.ts';

const PLACEHOLDER = 'fc_test_PLACEHOLDER';
const calls: { url: string; init: RequestInit & { headers: Headers } }[] = [];
let answers: Response[] = [];

beforeEach(() => {
  vi.stubGlobal('fetch', (url: URL, init: RequestInit & { headers: Headers }) => {
    calls.push({ url: url.href, init });
    const answer = answers.shift();
    return answer ? Promise.resolve(answer) : Promise.reject(new TypeError('Failed to fetch'));
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  calls.length = 0;
  answers = [];
});

function broker(rest: Partial<BrokerOptions> = {}) {
  const notes: string[] = [];
  const bridge = createBroker({
    apiBase: 'https://api.test/v1',
    placeholder: PLACEHOLDER,
    getKey: async () => 'fc_test_REAL',
    forgetKey: () => notes.push('forget'),
    onRequest: (method, path) => ({
      answered: (status) => notes.push(`${method} ${path} ${status}`),
      failed: (reason) => notes.push(`${method} ${path} failed: ${reason}`),
    }),
    ...rest,
  });
  const send = (request: Partial<BridgeRequest> = {}, signal = new AbortController().signal) =>
    bridge(
      {
        method: 'POST',
        url: 'https://api.test/v1/messages',
        headers: [['Authorization', `Bearer ${PLACEHOLDER}`]],
        body: null,
        ...request,
      },
      signal,
    );
  return { send, notes };
}

describe('the key', () => {
  test('takes the place of the placeholder in Authorization and nowhere else', async () => {
    answers = [new Response('{}', { status: 201 })];
    const { send } = broker();
    await send({
      url: `https://api.test/v1/messages?key=${PLACEHOLDER}`,
      headers: [
        ['authorization', `Bearer ${PLACEHOLDER}`],
        ['x-copy', PLACEHOLDER],
      ],
      body: new TextEncoder().encode(PLACEHOLDER),
    });
    const [call] = calls;
    expect(call?.init.headers.get('authorization')).toBe('Bearer fc_test_REAL');
    expect(call?.init.headers.get('x-copy')).toBe(PLACEHOLDER);
    expect(call?.url).not.toContain('REAL');
    expect(new TextDecoder().decode(call?.init.body as Uint8Array)).toBe(PLACEHOLDER);
  });

  test('is not even asked for when the program does not use it', async () => {
    answers = [new Response('{}', { status: 401 })];
    const getKey = vi.fn(async () => 'fc_test_REAL');
    const { send, notes } = broker({ getKey });
    expect((await send({ headers: [] })).status).toBe(401);
    expect(getKey).not.toHaveBeenCalled();
    expect(notes).toEqual(['POST /v1/messages 401']);
  });

  test.each(['expired_key', 'revoked_key', 'unknown_key'])(
    'that is answered with %s is replaced once',
    async (code) => {
      const stale = () => new Response(JSON.stringify({ code }), { status: 401 });
      answers = [stale(), new Response('{}', { status: 201 })];
      const { send, notes } = broker();
      expect((await send()).status).toBe(201);
      expect(notes).toEqual(['forget', 'POST /v1/messages 201']);
      answers = [stale(), stale()];
      expect((await send()).status).toBe(401);
    },
  );

  test('is kept when the answer is another 401', async () => {
    answers = [new Response(JSON.stringify({ code: 'malformed_key' }), { status: 401 })];
    const { send, notes } = broker();
    expect((await send()).status).toBe(401);
    expect(notes).not.toContain('forget');
  });

  test('that cannot be had is a sentence for the reader', async () => {
    const { send, notes } = broker({
      getKey: () => Promise.reject(new Error('Too many keys from this address.')),
    });
    await expect(send()).rejects.toThrow('Too many keys from this address.');
    expect(notes).toEqual(['POST /v1/messages failed: Too many keys from this address.']);
  });
});

describe('a request', () => {
  test('carries nothing of the reader', async () => {
    answers = [new Response(null, { status: 204 })];
    await broker().send();
    expect(calls[0]?.init).toMatchObject({
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    });
  });

  test('comes back whole', async () => {
    answers = [new Response('{"id":1}', { status: 201, headers: { 'X-Request-Id': 'r1' } })];
    const response = await broker().send();
    expect(new TextDecoder().decode(response.body)).toBe('{"id":1}');
    expect(response.headers).toContainEqual(['x-request-id', 'r1']);
  });

  test('to somewhere else is not made', async () => {
    const { send, notes } = broker();
    await expect(send({ url: 'https://evil.test/' })).rejects.toThrow('https://evil.test is out of reach');
    expect(calls).toEqual([]);
    expect(notes[0]).toContain('failed');
  });

  test.each([
    ['a body over 1 MB', { body: new Uint8Array(1_000_001) }, /larger than 1 MB/],
    ['a strange method', { method: 'TRACE' }, /TRACE is not one/],
  ])('with %s is refused', async (_, request, message) => {
    await expect(broker().send(request)).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  test('whose answer is too large is broken off', async () => {
    answers = [new Response(new Uint8Array(2_000_001))];
    await expect(broker().send()).rejects.toThrow('larger than 2 MB');
  });

  test('number 101 of a run is refused', async () => {
    const { send } = broker();
    for (let i = 0; i < 100; i++) {
      answers = [new Response('{}')];
      await send();
    }
    await expect(send()).rejects.toThrow('One run may make 100 requests');
  });

  test('that nobody answers is explained', async () => {
    await expect(broker().send()).rejects.toThrow('The API did not answer');
  });
});
