import { copyOnClick } from '../onboarding/show-key.ts';

/**
 * What the forms of the page do, without leaving it. The page as the server would show it next is fetched, and its
 * part within this element takes the place of the old one: so there is one way to show every outcome.
 */
class KeysElement extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener('submit', (event) => {
      if (!(event.target instanceof HTMLFormElement)) return;
      event.preventDefault();
      void this.#send(event.target, event.submitter);
    });
    this.addEventListener('keydown', (event) => {
      const panel = event.target instanceof Element && event.target.closest('details[name]');
      if (event.key !== 'Escape' || !(panel instanceof HTMLDetailsElement)) return;
      panel.open = false;
      panel.querySelector('summary')?.focus();
    });
    this.#prepare();
  }

  async #send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<void> {
    if (this.ariaBusy === 'true') return;
    this.ariaBusy = 'true';
    try {
      const response = await fetch(form.action, { method: 'POST', body: new FormData(form, submitter) });
      this.#show(new DOMParser().parseFromString(await response.text(), 'text/html'));
    } catch {
      this.#complain('The portal could not be reached. Check your connection, then try again.');
    } finally {
      this.ariaBusy = null;
    }
  }

  #show(page: Document): void {
    const next = page.querySelector(this.localName);
    if (next) {
      this.replaceChildren(...document.importNode(next, true).childNodes);
      this.#prepare();
      this.querySelector<HTMLElement>('[data-shown], [role=alert]')?.focus();
      return;
    }
    // Another page was shown in its place: it asks to sign in, or to sign in again.
    const signIn = page.querySelector<HTMLAnchorElement>('main a[href^="/sign-in"]');
    location.assign(signIn?.getAttribute('href') ?? location.pathname);
  }

  /** Buttons that only a script can fulfil are shown by it. */
  #prepare(): void {
    const shown = this.querySelector<HTMLElement>('section[data-shown]');
    const secret = shown?.querySelector('code');
    const copy = shown?.querySelector<HTMLElement>('[data-copy]');
    const done = shown?.querySelector<HTMLElement>('[data-done]');
    if (!shown || !secret || !copy || !done) return;
    copy.hidden = false;
    done.hidden = false;
    copyOnClick(copy, secret);
    done.addEventListener('click', () => {
      shown.remove();
      this.querySelector<HTMLElement>('h1')?.focus();
    });
  }

  #complain(words: string): void {
    this.querySelector('[data-unreachable]')?.remove();
    const notice = document.createElement('p');
    notice.className = 'notice failed';
    notice.role = 'alert';
    notice.dataset.unreachable = '';
    notice.textContent = words;
    this.querySelector('h1')?.after(notice);
  }
}

customElements.define('fc-keys', KeysElement);
