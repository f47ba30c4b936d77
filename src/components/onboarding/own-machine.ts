import type { IssuedCredential } from '../../features/credentials/credential-schema.ts';
import type { ObservedCall, Progress } from '../../features/milestones/progress-schema.ts';
import { type CommandFacts, fillCommand } from './commands.ts';
import { find } from './dom.ts';
import { issueKey } from './portal-client.ts';
import { type SeenCall, sayExpiry, saySeen } from './say.ts';
import { apiOrigin, copyOnClick } from './show-key.ts';

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
  let wasReached: boolean | undefined;
  const gone = new AbortController();
  const say = (call: SeenCall) => {
    if (!line.isConnected) return gone.abort();
    if (line.getAttribute('data-state') === 'seen') return;
    line.textContent = saySeen(call);
    line.setAttribute('data-state', call.status < 400 ? 'seen' : 'refused');
  };
  const onCall = ({ detail }: CustomEvent<ObservedCall>) => detail.origin === 'own_machine' && say(detail);
  // A call made while the page had no connection is only known by the milestone it reached meanwhile.
  const onProgress = ({ detail }: CustomEvent<Progress>) => {
    const reached = detail.milestones.find(({ name }) => name === 'first_own_machine_call');
    if (reached && wasReached === false) say({ ...reached, error_code: null });
    wasReached = reached !== undefined;
  };
  document.addEventListener('firstcall:call', onCall, gone);
  document.addEventListener('firstcall:progress', onProgress, gone);
}

async function openPanel(place: HTMLElement): Promise<void> {
  // First what can be asked twice: a key that could not be shown would be lost.
  const origin = await apiOrigin();
  const issued = await issueKey('own_machine');
  const panel = document.importNode(find<HTMLTemplateElement>(place, 'template').content, true);
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
