import type { ObservedCall } from '../../features/milestones/progress-schema.ts';

const CLIENTS: Readonly<Record<string, ObservedCall['client']>> = {
  curl: 'curl',
  python: 'python',
  typescript: 'javascript',
  javascript: 'javascript',
};

let client: ObservedCall['client'] = 'javascript';
let hasRun = false;

/** The server sees a browser behind every call of the sandbox; only the page knows which language was run. */
export function sandboxClient(): ObservedCall['client'] {
  return client;
}

/** Whether a program was run since the page was opened. */
export function hasRunHere(): boolean {
  return hasRun;
}

export function noteSandboxLanguage(language: string): void {
  hasRun = true;
  client = CLIENTS[language] ?? 'other';
}

/**
 * A call of the sandbox that was turned away for want of a right key carries nothing by which the server could tell
 * whose it was. The page does know: it made the call itself.
 */
export function announceRefusal(method: string, path: string, durationMs: number, body: string): void {
  const { code, request_id } = readProblem(body);
  const id = request_id ?? crypto.randomUUID();
  const call: ObservedCall = {
    id,
    request_id: id,
    received_at: new Date().toISOString(),
    method,
    route: path.split('?')[0] ?? path,
    status: 401,
    duration_ms: durationMs,
    error_code: code ?? null,
    environment: 'test',
    origin: 'sandbox',
    clue: null,
    client,
  };
  document.dispatchEvent(new CustomEvent('firstcall:missed', { detail: call }));
}

function readProblem(body: string): { code?: string; request_id?: string } {
  try {
    return JSON.parse(body);
  } catch {
    return {};
  }
}
