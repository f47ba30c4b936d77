import type { ObservedCall } from '../../features/milestones/progress-schema.ts';
import { type ApiFacts, rescue } from '../../features/rescue/rules.ts';
import { bringIntoView } from '../sandbox/bring-into-view.ts';
import { type PortalConfig, portalConfig } from '../sandbox/portal-config.ts';
import { find } from './dom.ts';
import { hasRunHere, sandboxClient } from './sandbox-call.ts';
import { copyOnClick } from './show-key.ts';

/** The id of the call whose explanation was put away, so that it stays away when the page is loaded again. */
const DISMISSED = 'firstcall-dismissed';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

const wired = new WeakSet<HTMLElement>();
/** Calls arrive in order; what is looked up for one must not overtake the next. */
let latest = '';

/** Explains a failing call, or takes the explanation away when one has succeeded. */
export async function show(host: HTMLElement, call: ObservedCall): Promise<void> {
  if (call.id === latest || sessionStorage.getItem(DISMISSED) === call.id) return;
  latest = call.id;
  wire(host);
  const found = call.status < 400 ? null : rescue(asCalled(call), await apiFacts(call));
  if (latest !== call.id) return;
  find(host, '.sentence').textContent = found?.sentence ?? '';
  find(host, '.help').hidden = !found;
  if (!found) return;
  find(host, '.call').textContent = `${call.method} ${call.route} ${call.status} ${call.error_code ?? ''}`;
  find(host, '.fc-command').hidden = found.line === null;
  find(host, 'pre code').textContent = found.line ?? '';
  find(host, 'a').setAttribute('href', `/guides/errors/${call.error_code ? `#${call.error_code}` : ''}`);
  // Who ran a program here looks at its output; who called from elsewhere, or earlier, may be anywhere on the page.
  if (call.origin === 'sandbox' && hasRunHere()) bringIntoView(host);
}

function asCalled(call: ObservedCall): ObservedCall {
  return call.origin === 'sandbox' ? { ...call, client: sandboxClient() } : call;
}

function wire(host: HTMLElement): void {
  if (wired.has(host)) return;
  wired.add(host);
  copyOnClick(find(host, '[data-copy]'), find(host, 'pre code'));
  find(host, '[data-dismiss]').addEventListener('click', () => {
    sessionStorage.setItem(DISMISSED, latest);
    find(host, '.sentence').textContent = '';
    find(host, '.help').hidden = true;
  });
}

async function apiFacts(call: ObservedCall): Promise<ApiFacts> {
  const config = await portalConfig();
  return {
    origin: config.api_origin,
    prefix: config.api_base.slice(config.api_origin.length),
    keyPrefix: config.key_prefix,
    routes: call.status === 404 ? await routesOf(config) : {},
  };
}

/** From the API's own document; an API without one has no routes that could be named. */
async function routesOf({ api_base }: PortalConfig): Promise<ApiFacts['routes']> {
  try {
    const response = await fetch(`${api_base}/openapi.json`);
    const { paths } = (await response.json()) as { paths: Record<string, object> };
    const methods = (operations: object) => Object.keys(operations).filter((name) => METHODS.includes(name));
    return Object.fromEntries(Object.entries(paths).map(([path, operations]) => [path, methods(operations)]));
  } catch {
    return {};
  }
}
