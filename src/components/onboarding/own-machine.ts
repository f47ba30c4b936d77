import type { IssuedCredential } from '../../features/credentials/credential-schema.ts';
import type { ObservedCall } from '../../features/milestones/progress-schema.ts';
import { type CommandFacts, fillCommand } from './commands.ts';
import { issueKey } from './portal-client.ts';
import { sayExpiry, saySeen } from './say.ts';
import { apiOrigin, copyOnClick } from './show-key.ts';

function find(inside: ParentNode, selector: string): HTMLElement {
  const found = inside.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The panel has no ${selector}.`);
  return found;
}

function fill(panel: ParentNode, issued: IssuedCredential, facts: CommandFacts): void {
  const secret = find(panel, '.fc-secret code');
  secret.textContent = issued.secret;
  copyOnClick(find(panel, '[data-copy=key]'), secret);
  find(panel, '.expiry').textContent = sayExpiry(issued.credential.expires_at);
  for (const block of panel.querySelectorAll('.fc-command')) {
    const code = find(block, 'code');
    code.textContent = fillCommand(code.getAttribute('data-command') ?? '', facts);
    copyOnClick(find(block, 'button'), code);
  }
}

/** Listens until the panel is gone; a success stays, a later error does not take it back. */
function watch(line: HTMLElement): void {
  const onCall = (event: CustomEvent<ObservedCall>) => {
    if (!line.isConnected) return document.removeEventListener('firstcall:call', onCall);
    if (event.detail.origin !== 'own_machine' || line.getAttribute('data-state') === 'seen') return;
    line.textContent = saySeen(event.detail);
    line.setAttribute('data-state', event.detail.status < 400 ? 'seen' : 'refused');
  };
  document.addEventListener('firstcall:call', onCall);
}

async function openPanel(place: HTMLElement): Promise<void> {
  const [issued, origin] = await Promise.all([issueKey('own_machine'), apiOrigin()]);
  const panel = document.importNode(find(place, 'template') as HTMLTemplateElement, true).content;
  fill(panel, issued, { api_origin: origin, api_key: issued.secret });
  const line = find(panel, '.seen');
  place.append(panel);
  watch(line);
}

/** Opens the panel with a new key for the reader's machine, or closes it and forgets the key. */
export async function toggleOwnMachine(button: HTMLButtonElement): Promise<void> {
  const place = button.closest<HTMLElement>('.fc-own-machine');
  if (!place || button.ariaBusy === 'true') return;
  const problem = find(place, '[role=alert]');
  problem.textContent = '';
  const open = place.querySelector('.panel');
  button.setAttribute('aria-expanded', String(!open));
  if (open) return open.remove();
  button.ariaBusy = 'true';
  try {
    await openPanel(place);
  } catch (error) {
    button.setAttribute('aria-expanded', 'false');
    problem.textContent = error instanceof Error ? error.message : String(error);
  } finally {
    button.ariaBusy = 'false';
  }
}
