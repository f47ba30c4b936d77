import type { RecordedRun, SampleManifest } from './sample.ts';

/** What a run of a sample came to, wherever it ran. */
export interface SampleOutcome {
  exitCode: number | null;
  stdout: string;
  /** The calls that the gateway saw, in order. */
  requests: Pick<RecordedRun['requests'][number], 'method' | 'path' | 'status'>[];
}

/** How a run differs from what the manifest promises, one sentence each; empty when it does what it says. */
export function differences(
  expect: SampleManifest['expect'],
  language: RecordedRun['language'],
  outcome: SampleOutcome,
): string[] {
  const found: string[] = [];
  if (outcome.exitCode !== expect.exit_code) {
    found.push(`It ended with ${outcome.exitCode} and should end with ${expect.exit_code}.`);
  }
  const pattern = typeof expect.output === 'string' ? expect.output : expect.output[language];
  if (pattern !== undefined && !new RegExp(pattern).test(outcome.stdout)) {
    found.push(`It printed ${JSON.stringify(outcome.stdout.slice(0, 500))}, which is not /${pattern}/.`);
  }
  const wanted = expect.requests.map(sayRequest);
  const seen = outcome.requests.map(sayRequest);
  const fits =
    seen.length === wanted.length &&
    expect.requests.every((request, at) => isThat(outcome.requests[at], request));
  if (!fits) {
    found.push(`The gateway saw [${seen.join(', ')}] and should see [${wanted.join(', ')}].`);
  }
  return found;
}

type Request = SampleOutcome['requests'][number];

function isThat(seen: Request | undefined, wanted: Request): boolean {
  if (!seen || seen.method !== wanted.method || seen.status !== wanted.status) return false;
  const path = wanted.path.includes('?') ? seen.path : seen.path.replace(/\?.*$/, '');
  const segments = wanted.path.split('/');
  const given = path.split('/');
  return (
    segments.length === given.length &&
    segments.every((segment, at) => segment === '{id}' || segment === given[at])
  );
}

function sayRequest({ method, path, status }: Request): string {
  return `${method} ${path} ${status}`;
}
