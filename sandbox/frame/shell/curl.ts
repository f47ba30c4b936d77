import { type BashOptions, type CustomCommand, defineCommand } from 'just-bash/browser';
import type { Bridge } from '../runtime/bridge.ts';

type ShellFetch = NonNullable<BashOptions['fetch']>;

/** Parts of curl that the shell's own lacks and that mean nothing here. */
const WITHOUT_EFFECT = ['--compressed', '--no-buffer', '-N', '--no-progress-meter', '--http1.1', '--http2'];
const FAILED = 22;
const COULD_NOT_CONNECT = 7;

export interface ShellNetwork {
  fetch: ShellFetch;
  curl: CustomCommand;
}

/** The shell's way out: its requests go to the page, and its curl learns what the samples need beyond its own. */
export function createShellNetwork(bridge: Bridge): ShellNetwork {
  let lastStatus = 0;
  const fetch: ShellFetch = async (url, { method = 'GET', headers, body, timeoutMs } = {}) => {
    const pairs = [...new Headers(headers)] as [string, string][];
    const bytes = body === undefined ? null : new TextEncoder().encode(body);
    const signal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const response = await bridge.request({ method, url, headers: pairs, body: bytes }, signal);
    lastStatus = response.status;
    return { ...response, headers: Object.fromEntries(response.headers) };
  };

  const curl = defineCommand('curl', async (given, context) => {
    if (!context.origCommand) throw new Error('The shell has no curl.');
    const failsWithBody = given.includes('--fail-with-body');
    lastStatus = 0;
    const result = await context.origCommand(expandArguments(given));
    if (failsWithBody && lastStatus >= 400) {
      const stderr = `curl: (${FAILED}) The requested URL returned error: ${lastStatus}\n`;
      return { ...result, stderr, exitCode: FAILED };
    }
    return explain(result, lastStatus);
  });
  return { fetch, curl };
}

/** `--json` as curl itself defines it, and without what has no effect here. */
export function expandArguments(given: readonly string[]): string[] {
  const expanded: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const argument = given[at] ?? '';
    const json = argument === '--json' ? given[++at] : /^--json=(.*)$/s.exec(argument)?.[1];
    if (json !== undefined) {
      const headers = ['Content-Type', 'Accept'].filter((name) => !hasHeader(given, name));
      for (const name of headers) expanded.push('-H', `${name}: application/json`);
      expanded.push('--data-binary', json);
    } else if (argument !== '--fail-with-body' && !WITHOUT_EFFECT.includes(argument)) {
      expanded.push(argument);
    }
  }
  return expanded;
}

function hasHeader(given: readonly string[], name: string): boolean {
  return given.some((argument) => argument.toLowerCase().startsWith(`${name.toLowerCase()}:`));
}

function explain<R extends { stderr: string; exitCode: number }>(result: R, status: number): R {
  const name = /^curl: (?:unrecognized option|invalid option --) '(.+)'$/m.exec(result.stderr)?.[1];
  if (name) {
    const option = name.startsWith('-') ? name : `-${name}`;
    const advice = `curl: ${option} is not available in this sandbox. On your own machine it would be.\n`;
    return { ...result, stderr: result.stderr + advice };
  }
  // The page refused, or the API did not answer: what curl calls a failed connection.
  if (result.exitCode === 1 && status === 0) {
    const stderr = result.stderr.replace('curl: (1) ', `curl: (${COULD_NOT_CONNECT}) `);
    return { ...result, stderr, exitCode: COULD_NOT_CONNECT };
  }
  return result;
}
