import type { Progress } from '../../features/milestones/progress-schema.ts';
import { setText } from './dom.ts';
import { followProgress, isReturning } from './portal-client.ts';

/** *Your path*: shows what the server observed. It cannot tick anything by itself. */
class YourPath extends HTMLElement {
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
  }
}

/** Makes `<fc-path>` listen. */
export function defineYourPath(): void {
  if (!customElements.get('fc-path')) customElements.define('fc-path', YourPath);
}
