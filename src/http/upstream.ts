import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ErrorCode } from '../errors.ts';
import type { VerifiedCredential } from '../features/credentials/credential-verifier.ts';
import { remembered } from '../remembered.ts';
import type { HeaderList } from './header-list.ts';

/** What the gateway tells the API about a call it lets through. */
export interface ForwardedCall {
  requestId: string;
  /** Null for the API's public documents. */
  credential: VerifiedCredential | null;
  clientAddress: string;
  /** What the gateway says in the answer, beside what the API does. */
  headers: HeaderList;
  /** Told why an answer that had begun was broken off. */
  brokenOff?: (code: ErrorCode) => void;
}

/** The API behind the gateway. */
export interface Upstream {
  /** For the start-up line. */
  readonly description: string;
  /** Answers `res`; failures become problems with `code`s of the gateway. Never throws. */
  forward(req: IncomingMessage, res: ServerResponse, call: ForwardedCall): void;
  /** The messages of a developer's test inbox, newest first; null where the upstream is not the built-in API. */
  inbox: ((developerId: string) => Promise<unknown[]>) | null;
  close(): Promise<void>;
}

/** Headers by which the API knows its caller; whoever sends them from outside is not believed. */
export const CALLER_HEADERS = {
  developer: 'X-Consumer-Id',
  credential: 'X-Credential-Id',
  environment: 'X-Consumer-Environment',
  scopes: 'X-Consumer-Scopes',
} as const;

/** What a key without a list of scopes may do. */
const EVERYTHING = '*';

/** In lower case: what a caller sends for the portal alone, or what only the portal may say. */
export const NOT_FORWARDED: ReadonlySet<string> = new Set([
  'authorization',
  'cookie',
  'x-request-id',
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-host',
  'forwarded',
  ...Object.values(CALLER_HEADERS).map((name) => name.toLowerCase()),
]);

const spelled = remembered((written) => {
  const name = written.toLowerCase();
  return { written, name, forwarded: !NOT_FORWARDED.has(name) };
});

/**
 * The caller's headers without its key and cookies, as a flat list, with those that name the caller. `dropped` is
 * asked about the rest, by their names in lower case.
 */
export function forwardedHeaders(
  rawHeaders: readonly string[],
  call: ForwardedCall,
  dropped: (name: string) => boolean = () => false,
): string[] {
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const { written, name, forwarded } = spelled(rawHeaders[at] ?? '');
    if (forwarded && !dropped(name)) headers.push(written, rawHeaders[at + 1] ?? '');
  }
  for (const pair of callerHeaders(call)) headers.push(...pair);
  return headers;
}

/** Who is calling, for the API. */
export function callerHeaders({ requestId, credential }: ForwardedCall): [name: string, value: string][] {
  const headers: [string, string][] = [['X-Request-Id', requestId]];
  if (credential) {
    headers.push(
      [CALLER_HEADERS.developer, credential.developerId],
      [CALLER_HEADERS.credential, credential.id],
      [CALLER_HEADERS.environment, credential.environment],
      [CALLER_HEADERS.scopes, credential.scopes?.join(' ') ?? EVERYTHING],
    );
  }
  return headers;
}
