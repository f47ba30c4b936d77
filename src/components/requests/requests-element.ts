import { followProgress } from '../onboarding/portal-client.ts';

/** Calls that come together are shown together. */
const GATHER_MS = 250;
const COPIED_MS = 2_000;

/**
 * The log, kept up to date: when a call is observed the page as the server would show it now is fetched, and its log
 * takes the place of the old one. So the filters, the words and the explanations are the server's own.
 */
class RequestsElement extends HTMLElement {
  #timer: ReturnType<typeof setTimeout> | undefined;

  connectedCallback(): void {
    this.addEventListener('click', (event) => void this.#copy(event.target));
    this.querySelector('select')?.form?.addEventListener('change', (event) => {
      if (event.target instanceof HTMLSelectElement) event.target.form?.requestSubmit();
    });
    this.#prepare();
    const button = this.#liveButton();
    // An older page does not change.
    if (!button || this.dataset.first === undefined) return;
    button.hidden = false;
    button.addEventListener('click', () => {
      const pressed = button.ariaPressed !== 'true';
      button.ariaPressed = String(pressed);
      this.#say(pressed ? 'New requests appear by themselves.' : 'Paused.');
      if (pressed) void this.#refresh();
    });
    this.#say('New requests appear by themselves.');
    document.addEventListener('firstcall:call', () => {
      if (button.ariaPressed === 'true') this.#timer ??= setTimeout(() => void this.#refresh(), GATHER_MS);
    });
    followProgress();
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    const response = await fetch(location.href).catch(() => undefined);
    if (!response?.ok) {
      this.#say('The portal did not answer. Load the page again to see what is new.');
      return;
    }
    const next = new DOMParser().parseFromString(await response.text(), 'text/html');
    const [log, fresh] = [this.querySelector('[data-log]'), next.querySelector('[data-log]')];
    if (!log || !fresh) return;
    const known = new Set(idsIn(log));
    const added = idsIn(fresh).filter((id) => !known.has(id)).length;
    log.replaceChildren(...document.importNode(fresh, true).childNodes);
    this.#prepare();
    if (added > 0) this.#say(added === 1 ? '1 new request.' : `${added} new requests.`);
  }

  async #copy(target: EventTarget | null): Promise<void> {
    const button = target instanceof Element ? target.closest<HTMLButtonElement>('[data-copy]') : null;
    if (!button?.dataset.copy) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = 'Copied';
    this.#say('The request id is copied.');
    setTimeout(() => {
      button.textContent = 'Copy';
    }, COPIED_MS);
  }

  /** Buttons that only work with a script appear with it. */
  #prepare(): void {
    for (const button of this.querySelectorAll<HTMLButtonElement>('[data-copy]')) button.hidden = false;
  }

  #liveButton(): HTMLButtonElement | null {
    return this.querySelector<HTMLButtonElement>('.tail button');
  }

  #say(words: string): void {
    const status = this.querySelector('.tail [role="status"]');
    if (status) status.textContent = words;
  }
}

function idsIn(log: Element): string[] {
  return [...log.querySelectorAll<HTMLElement>('[data-request]')].map((row) => row.dataset.request ?? '');
}

customElements.define('fc-requests', RequestsElement);
