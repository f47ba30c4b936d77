import type { WebContainer } from '@webcontainer/api';
import { type BootProgress, EngineUnavailableError } from '../engine.ts';

export interface BootOptions {
  /** What StackBlitz gave a company with a licence; without it only non-commercial use is allowed. */
  clientId: string | undefined;
  deadlineMs: number;
}

/** The client library boots one container per page, so there is one attempt, whoever asks. */
let attempt: Promise<WebContainer> | undefined;

let progress: BootProgress = { text: 'Starting WebContainer' };
const listeners = new Set<(progress: BootProgress) => void>();

/** Tells what the boot is doing, from what it does now until the answer is called. */
export function followBoot(listener: ((progress: BootProgress) => void) | undefined): () => void {
  if (!listener) return () => {};
  listeners.add(listener);
  listener(progress);
  return () => listeners.delete(listener);
}

function say(text: string): void {
  progress = { text };
  for (const listener of listeners) listener(progress);
}

/**
 * Boots the page's container, once. The library's own boot never settles when StackBlitz is out of reach, and neither
 * does a second one, so it is raced against a deadline and a boot that failed stays failed until the page is loaded
 * again. Rejects with EngineUnavailableError only.
 */
export function bootContainer(options: BootOptions): Promise<WebContainer> {
  // What is missing now may be there later, without a reload, as long as nothing was tried.
  const missing = attempt ? undefined : whatIsMissing();
  if (missing) return Promise.reject(new EngineUnavailableError(missing));
  attempt ??= bootInTime(options);
  return attempt;
}

/** The container stopped answering: nobody asks it again before the page is loaded anew. */
export function declareDead(reason: string): void {
  attempt = Promise.reject(new EngineUnavailableError(reason));
  attempt.catch(() => {});
}

/** Ends a container whose program could not be ended; the next run boots another. */
export function abandon(container: WebContainer): void {
  attempt = undefined;
  try {
    container.teardown();
  } catch {
    // Torn down already.
  }
}

function whatIsMissing(): string | undefined {
  if (!navigator.onLine) return 'This browser is offline, and it starts from StackBlitz’s servers.';
  if (typeof SharedArrayBuffer === 'undefined' || !crossOriginIsolated) {
    return 'This browser did not isolate the page, which it needs (a recent Chrome, Edge, Firefox or Safari does).';
  }
  return undefined;
}

async function bootInTime({ clientId, deadlineMs }: BootOptions): Promise<WebContainer> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new TooLate()), deadlineMs);
  const booting = boot(clientId);
  try {
    return await Promise.race([booting, late.promise]);
  } catch (error) {
    // One that comes after all is of no use: the reader was told that it did not.
    booting.then((container) => container.teardown()).catch(() => {});
    throw new EngineUnavailableError(sayFailure(error, deadlineMs));
  } finally {
    clearTimeout(timer);
    late.promise.catch(() => {});
  }
}

async function boot(clientId: string | undefined): Promise<WebContainer> {
  say('Loading the WebContainer client');
  const { WebContainer, configureAPIKey } = await import('@webcontainer/api');
  if (clientId && !configured) configureAPIKey(clientId);
  configured = true;
  say('Starting WebContainer on StackBlitz’s servers');
  return WebContainer.boot({ coep: 'require-corp', workdirName: 'sandbox' });
}
let configured = false;

class TooLate extends Error {}

function sayFailure(error: unknown, deadlineMs: number): string {
  if (error instanceof TooLate) {
    return `StackBlitz did not answer within ${deadlineMs / 1000} s. An ad blocker, a firewall or blocked third-party cookies can cause that.`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  if (/import|module/i.test(reason) && error instanceof TypeError)
    return 'Its client could not be loaded from this portal.';
  if (/client.?id|licen[cs]e|unauthori[sz]ed|forbidden|not allowed/i.test(reason))
    return `StackBlitz refused this portal’s client id (“${reason}”).`;
  return `StackBlitz’s side answered: “${reason}”.`;
}
