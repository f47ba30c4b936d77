import type { ObservedCall } from '../../features/milestones/progress-schema.ts';

type Shown = typeof import('./rescue-view.ts');

/** `<fc-rescue>`: waits for a failing call of the reader's, and only then loads what explains it. */
class RescueElement extends HTMLElement {
  private view: Promise<Shown> | undefined;

  connectedCallback(): void {
    for (const name of ['firstcall:call', 'firstcall:missed'] as const) {
      document.addEventListener(name, (event) => this.hear(event.detail));
    }
  }

  private hear(call: ObservedCall): void {
    // Most readers never need it, and a call that succeeded only takes back what was shown.
    if (call.status < 400 && !this.view) return;
    this.view ??= import('./rescue-view.ts');
    this.view.then(({ show }) => show(this, call)).catch(() => (this.view = undefined));
  }
}

/** Makes `<fc-rescue>` listen. */
export function defineRescue(): void {
  if (!customElements.get('fc-rescue')) customElements.define('fc-rescue', RescueElement);
}
