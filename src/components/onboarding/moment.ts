import type { Progress } from '../../features/milestones/progress-schema.ts';
import { setText } from './dom.ts';
import { callPortal, isReturning } from './portal-client.ts';
import { sayMoment } from './say.ts';

/** Says once that the first call was seen, asks the one question, then names the page to read next. */
class Moment extends HTMLElement {
  /** Unknown until the first word from the server: a reader who comes back is not congratulated again. */
  private hadFirstCall: boolean | undefined = isReturning() ? undefined : false;

  connectedCallback(): void {
    document.addEventListener('firstcall:progress', (event) => this.show(event.detail));
    const form = this.querySelector('form');
    form?.addEventListener('submit', (event) => {
      event.preventDefault();
      if (event.submitter instanceof HTMLButtonElement) this.answer(form, event.submitter.value || null);
    });
  }

  private show(progress: Progress): void {
    const first = progress.milestones.find(({ name }) => name === 'first_api_call');
    if (first && this.hadFirstCall === false) {
      const next = progress.steps.find(({ state }) => state === 'todo');
      setText(this, '.moment', sayMoment(first, next?.title));
    }
    this.hadFirstCall = first !== undefined;

    const form = this.querySelector('form');
    const next = this.querySelector<HTMLElement>('.next');
    if (form) form.hidden = !progress.asks_goal;
    if (next) next.hidden = progress.asks_goal || !progress.next;
    if (!progress.next) return;
    next?.querySelector('a')?.setAttribute('href', progress.next.href);
    setText(this, '.next a', progress.next.title);
  }

  private async answer(form: HTMLFormElement, goal: string | null): Promise<void> {
    setText(this, '.problem', '');
    const occupation = new FormData(form).get('occupation') || null;
    try {
      this.show(await callPortal<Progress>('/api/goal', { goal, occupation }));
      this.querySelector<HTMLElement>('.next a')?.focus();
    } catch (error) {
      setText(this, '.problem', error instanceof Error ? error.message : String(error));
    }
  }
}

/** Makes `<fc-moment>` listen. */
export function defineMoment(): void {
  if (!customElements.get('fc-moment')) customElements.define('fc-moment', Moment);
}
