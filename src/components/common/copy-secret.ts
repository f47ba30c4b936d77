import { copyOnClick } from '../onboarding/show-key.ts';

/** `<copy-secret><code>…</code><button hidden>Copy</button></copy-secret>`: the button appears where it can work. */
class CopySecret extends HTMLElement {
  connectedCallback() {
    const code = this.querySelector('code');
    const button = this.querySelector('button');
    if (!code || !button) return;
    button.hidden = false;
    copyOnClick(button, code);
  }
}

customElements.define('copy-secret', CopySecret);
