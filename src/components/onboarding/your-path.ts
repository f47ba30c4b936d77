import type { Progress } from '../../features/milestones/progress-schema.ts';
import { setText } from './dom.ts';
import { followProgress, isReturning } from './portal-client.ts';

/** *Your path*: shows what the server observed. It cannot tick anything by itself. */
class YourPath extends HTMLElement {
  private isWired = false;

  connectedCallback(): void {
    document.addEventListener('firstcall:progress', (event) => this.show(event.detail));
    if (isReturning()) followProgress();
  }

  private show(progress: Progress): void {
    for (const step of progress.steps) {
      const item = this.querySelector(`[data-step="${step.id}"]`);
      if (!item) continue;
      item.setAttribute('data-state', step.state);
      setText(item, '.title', step.title);
      setText(item, '.state', step.state === 'done' ? ', done' : ', to do');
      setText(item, 'p', step.detail);
    }
    this.offerToKeep(progress.claimed_at === null);
  }

  /** While there is something to keep and nobody whose it is. */
  private async offerToKeep(isOffered: boolean): Promise<void> {
    const form = this.querySelector<HTMLFormElement>('form.keep');
    if (!form || form.hidden !== isOffered) return;
    form.hidden = !isOffered;
    if (this.isWired) return;
    this.isWired = true;
    (await import('./keep-this.ts')).keepThis(form);
  }
}

/** Makes `<fc-path>` listen. */
export function defineYourPath(): void {
  if (!customElements.get('fc-path')) customElements.define('fc-path', YourPath);
}
