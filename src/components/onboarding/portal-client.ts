import type { Challenge } from '../../features/agents/proof-schema.ts';
import type {
  CredentialOrigin,
  IssueCredentialRequest,
  IssuedCredential,
} from '../../features/credentials/credential-schema.ts';
import type { ObservedCall, Progress } from '../../features/milestones/progress-schema.ts';
import type { StartCodeAnswer } from '../../features/starters/start-code-schema.ts';

/** What the page hears of the server's observations; dispatched on `document`. */
interface PortalEvents {
  'firstcall:progress': CustomEvent<Progress>;
  'firstcall:call': CustomEvent<ObservedCall>;
  /** The last call before the page was listening, when it failed. */
  'firstcall:missed': CustomEvent<ObservedCall>;
}

declare global {
  interface DocumentEventMap extends PortalEvents {}
}

/** The server refused; `message` is its own sentence, fit to be shown to a reader. */
export class PortalError extends Error {
  readonly status: number;
  readonly code: string;
  /** The whole problem, as the server wrote it. */
  readonly problem: unknown;
  constructor(status: number, code: string, message: string, problem?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.problem = problem;
  }
}

/** Calls the portal's own API with the reader's session. */
export async function callPortal<T>(path: string, body?: unknown): Promise<T> {
  const init: RequestInit =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, init).catch(() => {
    throw new PortalError(
      0,
      'portal_unreachable',
      'The portal did not answer. Check that it is still running, then try again.',
    );
  });
  const answer = response.status === 204 ? undefined : await response.json().catch(() => undefined);
  if (!response.ok) {
    throw new PortalError(
      response.status,
      answer?.code ?? 'unknown',
      answer?.detail ?? `The portal answered ${response.status}.`,
      answer,
    );
  }
  return answer as T;
}

/** Asks for what is given to anybody; when many have asked lately, works for it first. */
async function askFor<T>(path: string, request: object): Promise<T> {
  try {
    return await callPortal<T>(path, request);
  } catch (error) {
    if (!(error instanceof PortalError) || error.code !== 'proof_of_work_required') throw error;
    const { prove } = await import('./prove-work.ts');
    return callPortal<T>(path, { ...request, pow: await prove(error.problem as Challenge) });
  }
}

/** For how long this page has been open, and how its reader came to it. Of the page before no more than its origin. */
function aboutVisit(): Pick<IssueCredentialRequest, 'page_age_ms' | 'came_from'> {
  const search = new URLSearchParams(location.search);
  const said = (name: 'utm_source' | 'utm_medium') => {
    const value = search.get(name);
    return value === null ? {} : { [name]: value.slice(0, 200) };
  };
  const referrer = URL.canParse(document.referrer) ? new URL(document.referrer).origin : '';
  return {
    page_age_ms: Math.round(performance.now()),
    came_from: { referrer, ...said('utm_source'), ...said('utm_medium') },
  };
}

/** Mints a key for one door. The first one makes the reader a developer and begins the stream of observations. */
export async function issueKey(
  origin: CredentialOrigin,
  limits: Pick<IssueCredentialRequest, 'expires_in_s'> = {},
): Promise<IssuedCredential> {
  const request: IssueCredentialRequest = { origin, ...aboutVisit(), ...limits };
  const issued = await askFor<IssuedCredential>('/api/credentials', request);
  followProgress();
  return issued;
}

/** A one-time code for starters; like a key, it begins a developer where there is none. */
export async function askForStarters(): Promise<StartCodeAnswer> {
  const answer = await askFor<StartCodeAnswer>('/api/start-codes', aboutVisit());
  followProgress();
  return answer;
}

let sandboxKey: Promise<IssuedCredential> | undefined;

/** The key of this page's sandbox: in memory only, one for all samples of the page, minted when first asked for. */
export function keyForSandbox(): Promise<IssuedCredential> {
  sandboxKey ??= issueKey('sandbox').catch((error: unknown) => {
    sandboxKey = undefined;
    throw error;
  });
  return sandboxKey;
}

/** Forget the sandbox key, because the gateway no longer takes it; the next run mints another. */
export function forgetSandboxKey(): void {
  sandboxKey = undefined;
}

let stream: EventSource | undefined;
let wanted = false;

/**
 * Listens to the server's observations of this developer; the browser reconnects by itself. A hidden page lets go of
 * its connection, because browsers allow six to a host in all tabs together, and is brought up to date when it is
 * shown again.
 */
export function followProgress(): void {
  if (!wanted) document.addEventListener('visibilitychange', connect);
  wanted = true;
  connect();
}

function connect(): void {
  if (document.hidden) {
    stream?.close();
    return;
  }
  if (stream && stream.readyState !== EventSource.CLOSED) return;
  stream = new EventSource('/api/progress/stream');
  for (const name of ['progress', 'call', 'missed'] as const) {
    stream.addEventListener(name, (event) => {
      document.dispatchEvent(new CustomEvent(`firstcall:${name}`, { detail: JSON.parse(event.data) }));
    });
  }
}

/** A reader who already has a developer is recognised by a cookie that holds nothing but this fact. */
export function isReturning(): boolean {
  return document.cookie.split('; ').includes('firstcall_returning=1');
}
