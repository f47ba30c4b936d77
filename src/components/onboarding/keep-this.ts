import type { LinkAnswer } from '../../features/sign-in/link-schema.ts';
import { find, setText } from './dom.ts';
import { callPortal } from './portal-client.ts';
import { sayLink } from './say.ts';

/** Asks for a link without leaving the page; the step ticks by itself once the link was opened. */
export function keepThis(form: HTMLFormElement): void {
  const here = location.pathname;
  find<HTMLAnchorElement>(form, 'a').href = `/sign-in?${new URLSearchParams({ next: here })}`;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = find<HTMLButtonElement>(form, 'button');
    button.disabled = true;
    setText(form, '.problem', '');
    try {
      const email = find<HTMLInputElement>(form, 'input').value;
      setText(
        form,
        '.said',
        sayLink(await callPortal<LinkAnswer>('/api/sign-in-links', { email, next: here })),
      );
      button.textContent = 'Send another link';
    } catch (error) {
      setText(form, '.said', '');
      setText(form, '.problem', error instanceof Error ? error.message : String(error));
    }
    button.disabled = false;
  });
}
