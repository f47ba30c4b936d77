import { followLanguage } from './language-choice.ts';
import type { SampleOnPage, Workbench } from './workbench.ts';

/**
 * The sandbox before anybody touches it: it only notices interest and fetches the rest. What is on the page for
 * every reader of every page stays this small.
 */
class Sandbox extends HTMLElement {
  private workbench: Promise<Workbench> | undefined;

  connectedCallback(): void {
    followLanguage(this, (id) => this.turnTo(id));
    this.addEventListener('pointerenter', () => this.open((bench) => bench.prepare()), { once: true });
    this.addEventListener('focusin', () => this.open((bench) => bench.prepare()), { once: true });
    const code = this.querySelector('[role=group]');
    for (const intent of ['pointerover', 'focusin'] as const) {
      code?.addEventListener(intent, () => this.open((bench) => bench.loadEditor()), { once: true });
    }
    this.addEventListener('click', ({ target }) => {
      const button =
        target instanceof Element ? target.closest<HTMLElement>('[data-do], [role=tab][data-file]') : null;
      if (button) this.act(button.dataset.do ?? 'show', button);
    });
    this.addEventListener('submit', (event) => {
      event.preventDefault();
      import('./ask-language.ts').then(({ askForLanguage }) =>
        askForLanguage(event.target as HTMLFormElement),
      );
    });
    this.addEventListener('keydown', (event) => {
      const isRun = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
      const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
      const isTab = event.target instanceof Element && event.target.matches('[role=tab][data-file]');
      if (!isRun && !(isTab && step)) return;
      event.preventDefault();
      if (isRun) this.act('run', this);
      else if (step) this.open((bench) => bench.moveTab(step));
    });
    // Edited code is shown at once to whoever edited it; everybody else has the sample as it was served.
    if (this.wasEdited()) this.open();
    this.openLink();
    addEventListener('hashchange', () => this.openLink());
  }

  /** Code that came with a link is shown beside the sample, and never run. */
  private openLink(): void {
    if (location.hash.startsWith('#code=')) this.share('open');
  }

  private share(what: 'copy' | 'open'): void {
    this.open((bench) => {
      bench
        .sharing()
        .then((sharing) => sharing[what]())
        .catch(() => this.say('Not loaded. Reload the page'));
    });
  }

  private turnTo(language: string): void {
    this.dataset.language = language;
    for (const files of this.querySelectorAll<HTMLElement>('[data-files-of]')) {
      files.hidden = files.dataset.filesOf !== language;
    }
    if (this.workbench) this.open((bench) => bench.turnTo(language));
  }

  private act(what: string, button: HTMLElement): void {
    if (what === 'run' && !this.workbench) this.say('Starting…');
    if (what === 'share') this.share('copy');
    else
      this.open((bench) => {
        if (what === 'run') bench.run();
        else if (what === 'stop') bench.stop();
        else if (what === 'reset') bench.reset();
        else bench.show(button.dataset.file ?? '');
      });
  }

  private open(use?: (bench: Workbench) => void): void {
    this.workbench ??= import('./workbench.ts').then(({ Workbench }) => new Workbench(this));
    this.workbench.then(use, (error: unknown) => {
      console.error(error);
      // The next click tries again.
      this.workbench = undefined;
      this.say('Not loaded. Try again, or reload the page');
    });
  }

  private say(text: string): void {
    const state = this.querySelector('[data-run-state]');
    if (state) state.textContent = text;
  }

  private wasEdited(): boolean {
    const { name, languages }: SampleOnPage = JSON.parse(this.dataset.sample ?? '');
    try {
      return languages.some(({ id }) => localStorage.getItem(`firstcall:code:${name}:${id}`) !== null);
    } catch {
      return false;
    }
  }
}

customElements.define('fc-sandbox', Sandbox);
