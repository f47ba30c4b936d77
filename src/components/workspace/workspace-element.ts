import { followProgress, isReturning } from '../onboarding/portal-client.ts';
import { Workspace } from './workspace.ts';

/** The page is about nothing else, so it begins at once; editor, terminal and engines come in parts of their own. */
class WorkspaceElement extends HTMLElement {
  connectedCallback(): void {
    const workspace = new Workspace(this);
    const openLink = () => {
      if (location.hash.startsWith('#code=')) workspace.openLink();
    };
    openLink();
    addEventListener('hashchange', openLink);
    // Failing calls of a reader who is known are explained here too, wherever they are made.
    if (isReturning()) followProgress();
    this.addEventListener('click', ({ target }) => {
      const button = target instanceof Element ? target.closest<HTMLElement>('[data-do]') : null;
      if (button) workspace.act(button.dataset.do ?? '');
    });
    this.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      workspace.act('run');
    });
  }
}

customElements.define('fc-workspace', WorkspaceElement);
