import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { createRelay, type RelayOptions } from '../../../sandbox/api/relay.ts';

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: { NewMessage: object } };
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read many shapes; each was checked against the document first
  body: any;
}

export interface Sending {
  method?: string;
  /** Who the gateway says is calling; null leaves the header out. */
  caller?: string | null;
  headers?: Record<string, string>;
  json?: unknown;
  raw?: RequestInit['body'];
}

async function readDocument() {
  const relay = createRelay({ now: () => 0 });
  const answer = await relay.fetch(new Request('http://relay/v1/openapi.json'));
  const document: Document = await answer.json();
  const ajv = new Ajv2020({ strict: false, formats: { 'date-time': ISO_TIME, email: /@/ } });
  ajv.addSchema(document, 'relay');
  return { document, ajv };
}

const described = readDocument();

/** Relay at a fixed clock, every answer of which is held against its own OpenAPI document. */
export async function startRelay(options: Partial<RelayOptions> = {}) {
  const clock = { at: Date.parse('2026-11-21T09:30:00.000Z') };
  const failures: unknown[] = [];
  const relay = createRelay({ now: () => clock.at, onError: (error) => failures.push(error), ...options });
  const { document, ajv } = await described;

  function checkAgainstDocument(method: string, path: string, answer: Answer) {
    const template = path
      .replace(/\?.*/, '')
      .replace(/^(\/v1\/(?:messages|webhook-endpoints)\/)[^/]+/, '$1{id}');
    const operation = document.paths[template]?.[method.toLowerCase()];
    if (!operation) return;
    const response = operation.responses[String(answer.status)];
    expect(response, `${method} ${template} describes ${answer.status}`).toBeDefined();
    if (answer.status === 204) return;
    const mediaType = answer.headers.get('content-type') ?? '';
    expect(Object.keys(response?.content ?? {})).toContain(mediaType);
    const pointer = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      answer.status,
      'content',
      mediaType,
      'schema',
    ]
      .map((part) => encodeURIComponent(String(part).replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const valid = ajv.validate({ $ref: `relay#/${pointer}` }, answer.body);
    expect(valid ? [] : ajv.errors).toEqual([]);
  }

  async function send(path: string, sending: Sending = {}): Promise<Answer> {
    const {
      caller = 'dev_ada',
      json,
      raw,
      method = json !== undefined || raw !== undefined ? 'POST' : 'GET',
    } = sending;
    const headers = new Headers(json === undefined ? {} : { 'Content-Type': 'application/json' });
    if (caller !== null) headers.set('X-Consumer-Id', caller);
    for (const [name, value] of Object.entries(sending.headers ?? {})) headers.set(name, value);
    const body = json === undefined ? raw : JSON.stringify(json);
    const init: RequestInit & { duplex?: 'half' } = {
      method,
      headers,
      ...(body != null && { body, duplex: 'half' }),
    };
    const response = await relay.fetch(new Request(`http://relay${path}`, init));
    const text = await response.text();
    const answer = {
      status: response.status,
      headers: response.headers,
      body: text ? JSON.parse(text) : undefined,
    };
    checkAgainstDocument(method, path, answer);
    return answer;
  }

  return {
    clock,
    document,
    failures,
    send,
    sendMessage: (message: unknown = { to: 'ada@example.com', body: 'Hello' }, sending: Sending = {}) =>
      send('/v1/messages', { ...sending, json: message }),
  };
}
