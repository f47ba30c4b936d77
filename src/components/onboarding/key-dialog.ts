import { fillCommand } from './commands.ts';
import { find } from './dom.ts';
import { issueKey } from './portal-client.ts';
import { sayExpiry } from './say.ts';
import { apiOrigin, copyOnClick } from './show-key.ts';

/** Asks for a key and shows it; what it shows is gone with the dialog. */
async function showNewKey(dialog: HTMLDialogElement): Promise<void> {
  const status = find(dialog, '[role=status]');
  const problem = find(dialog, '[role=alert]');
  const retry = find<HTMLButtonElement>(dialog, '[data-retry]');
  status.hidden = false;
  problem.hidden = true;
  retry.hidden = true;
  try {
    // First what can be asked twice: a key that could not be shown would be lost.
    const origin = await apiOrigin();
    const issued = await issueKey('own_machine');
    find(dialog, '.fc-secret code').textContent = issued.secret;
    find(dialog, '.expiry').textContent = sayExpiry(issued.credential.expires_at);
    const command = find(dialog, 'pre code');
    command.textContent = fillCommand(command.getAttribute('data-command') ?? '', {
      api_origin: origin,
      api_key: issued.secret,
    });
    find(dialog, '.issued').hidden = false;
    status.textContent = 'The key is ready.';
    status.classList.add('sr-only');
    find(dialog, '[data-copy=key]').focus();
  } catch (error) {
    status.hidden = true;
    problem.hidden = false;
    problem.textContent = error instanceof Error ? error.message : String(error);
    retry.hidden = false;
    retry.focus();
  }
}

/** One click on *Get an API key*: a key for the reader's own machine, shown once. */
export function openKeyDialog(): void {
  if (document.querySelector('.fc-key-dialog')) return;
  const template = find<HTMLTemplateElement>(document, '#fc-key-dialog');
  const copy = document.importNode(template.content, true);
  const dialog = find<HTMLDialogElement>(copy, 'dialog');
  document.body.append(copy);
  copyOnClick(find(dialog, '[data-copy=key]'), find(dialog, '.fc-secret code'));
  copyOnClick(find(dialog, '[data-copy=command]'), find(dialog, 'pre code'));
  find(dialog, '[data-close]').addEventListener('click', () => dialog.close());
  find(dialog, '[data-retry]').addEventListener('click', () => showNewKey(dialog));
  dialog.addEventListener('close', () => dialog.remove());
  dialog.showModal();
  showNewKey(dialog);
}
