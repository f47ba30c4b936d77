import type { Progress } from '../../features/milestones/progress-schema.ts';
import { callPortal, followProgress, isReturning } from './portal-client.ts';
import { sayMoment } from './say.ts';

/** *Your path*: shows what the server observed. It cannot tick anything by itself. */
class YourPath extends HTMLElement {
  /** Unknown until the first word from the server; a reader who comes back is not congratulated again. */
  private hadFirstCall: boolean | undefined = isReturning() ? undefined : false;

  connectedCallback(): void {
    document.addEventListener('firstcall:progress', (event) => this.show(event.detail));
    const form = this.querySelector('form');
    form?.addEventListener('submit', (event) => {
      event.preventDefault();
      const button = event.submitter;
      if (button instanceof HTMLButtonElement) this.answer(form, button.value || null);
    });
    if (isReturning()) followProgress();
  }

  private show(progress: Progress): void {
    for (const step of progress.steps) {
      const item = this.querySelector<HTMLElement>(`[data-step="${step.id}"]`);
      if (!item) continue;
      item.setAttribute('data-state', step.state);
      this.say(item, '.title', step.title);
      this.say(item, '.state', step.state === 'done' ? ', done' : ', to do');
      this.say(item, 'p', step.detail);
    }
    const first = progress.milestones.find((milestone) => milestone.name === 'first_api_call');
    if (first && this.hadFirstCall === false) {
      const next = progress.steps.find((step) => step.state === 'todo');
      this.say(this, '.moment', sayMoment(first, next?.title));
    }
    this.hadFirstCall = first !== undefined;
    this.showQuestion(progress);
  }

  private showQuestion(progress: Progress): void {
    const form = this.querySelector('form');
    const next = this.querySelector<HTMLElement>('.next');
    const link = next?.querySelector('a');
    if (!form || !next || !link) return;
    form.hidden = !progress.asks_goal;
    next.hidden = progress.asks_goal || !progress.next;
    if (!progress.next) return;
    link.href = progress.next.href;
    link.textContent = progress.next.title;
  }

  private async answer(form: HTMLFormElement, goal: string | null): Promise<void> {
    this.say(form, '.problem', '');
    try {
      this.show(await callPortal<Progress>('/api/goal', { goal }));
      this.querySelector<HTMLElement>('.next a')?.focus();
    } catch (error) {
      this.say(form, '.problem', error instanceof Error ? error.message : String(error));
    }
  }

  /** Writes only what changed, so that a live region does not repeat itself. */
  private say(inside: Element, selector: string, text: string): void {
    const element = inside.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }
}

/** Makes `<fc-path>` listen. */
export function defineYourPath(): void {
  if (!customElements.get('fc-path')) customElements.define('fc-path', YourPath);
}
