import { callPortal, PortalError } from '../onboarding/portal-client.ts';

/** Sends the wish in the form, and says in it what became of that. */
export async function askForLanguage(form: HTMLFormElement): Promise<void> {
  const language = new FormData(form).get('language');
  const status = form.querySelector('[role=status]');
  const button = form.querySelector('button');
  if (button) button.disabled = true;
  try {
    await callPortal('/api/language-wishes', { language });
    say(status, 'Noted. Meanwhile, any language that can send a request can do what the curl sample does.');
  } catch (error) {
    if (button) button.disabled = false;
    say(status, error instanceof PortalError ? error.message : 'Not sent. Try again.');
  }
}

function say(status: Element | null, words: string): void {
  if (status) status.textContent = words;
}
