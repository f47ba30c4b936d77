import type { ObservedCall, Progress } from '../../features/milestones/progress-schema.ts';
import { followLanguage } from '../sandbox/language-choice.ts';
import { fillCommand, starterCommand } from './commands.ts';
import { find } from './dom.ts';
import { askForStarters, issueKey } from './portal-client.ts';
import { type SeenCall, sayExpiry, saySeen, sayUntil } from './say.ts';
import { apiOrigin, copyOnClick } from './show-key.ts';

/** Puts a fresh one-time code into the commands. */
async function fillStarters(panel: ParentNode): Promise<void> {
  const { starters, expires_at } = await askForStarters();
  for (const code of panel.querySelectorAll('[data-starter]'))
    code.textContent = starterCommand(starters, code.getAttribute('data-starter') ?? '');
  find(panel, '.until').textContent = sayUntil(expires_at);
}

/** Mints a key and shows it, with the commands that make a program of it without a download. */
async function fillByHand(details: HTMLElement): Promise<void> {
  // First what can be asked twice: a key that could not be shown would be lost.
  const origin = await apiOrigin();
  const issued = await issueKey('own_machine');
  find(details, '.fc-secret code').textContent = issued.secret;
  find(details, '.expiry').textContent = sayExpiry(issued.credential.expires_at);
  for (const code of details.querySelectorAll('[data-command]')) {
    const command = code.getAttribute('data-command') ?? '';
    code.textContent = fillCommand(command, { api_origin: origin, api_key: issued.secret });
  }
  find(details, '.by-hand').hidden = false;
}

/** Shows the reason where `work` failed. */
async function orSayWhy(problem: HTMLElement, work: () => Promise<void>): Promise<boolean> {
  problem.textContent = '';
  try {
    await work();
    return true;
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    return false;
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

function wire(panel: HTMLElement, problem: HTMLElement): void {
  followLanguage(panel);
  for (const block of panel.querySelectorAll('.fc-command, .fc-secret'))
    copyOnClick(find(block, '[data-copy]'), find(block, 'code'));
  const again = find<HTMLButtonElement>(panel, '[data-again]');
  again.addEventListener('click', () => orSayWhy(problem, () => fillStarters(panel)));
  const byHand = find<HTMLDetailsElement>(panel, '[data-by-hand]');
  let isAsked = false;
  byHand.addEventListener('toggle', async () => {
    if (!byHand.open || isAsked) return;
    isAsked = true;
    isAsked = await orSayWhy(find(byHand, '[role=alert]'), () => fillByHand(byHand));
  });
}

/** Opens the panel with a new command for the reader's machine, or closes it and forgets what it showed. */
export async function toggleOwnMachine(button: HTMLButtonElement): Promise<void> {
  const place = button.closest<HTMLElement>('.fc-own-machine');
  if (!place || button.ariaBusy === 'true') return;
  const problem = find(place, '[role=alert]');
  const open = place.querySelector('.panel');
  button.setAttribute('aria-expanded', String(!open));
  if (open) {
    problem.textContent = '';
    return open.remove();
  }
  button.ariaBusy = 'true';
  const copy = document.importNode(find<HTMLTemplateElement>(place, 'template').content, true);
  const panel = find(copy, '.panel');
  const isFilled = await orSayWhy(problem, () => fillStarters(panel));
  button.ariaBusy = 'false';
  button.setAttribute('aria-expanded', String(isFilled));
  if (!isFilled) return;
  place.append(copy);
  wire(panel, problem);
  watch(find(panel, '.seen'));
}
