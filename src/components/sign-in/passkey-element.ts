import {
  browserSupportsWebAuthn,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from '@simplewebauthn/browser';
import { find } from '../onboarding/dom.ts';
import { callPortal, PortalError } from '../onboarding/portal-client.ts';

/** Signs in, begins with a new passkey, or adds one to the account; each has its routes under /api/passkeys. */
type Errand = 'sign-in' | 'sign-up' | 'add';

async function askDevice(errand: Errand): Promise<unknown> {
  const options = `/api/passkeys/${errand}/options`;
  if (errand === 'sign-in') {
    const optionsJSON = await callPortal<PublicKeyCredentialRequestOptionsJSON>(options, {});
    return startAuthentication({ optionsJSON });
  }
  const optionsJSON = await callPortal<PublicKeyCredentialCreationOptionsJSON>(options, {});
  return startRegistration({ optionsJSON });
}

/** Null when the person closed the device's dialog: nothing went wrong, and nothing has to be said. */
function say(error: unknown): string | null {
  if (error instanceof PortalError) return error.message;
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'NotAllowedError' || error.name === 'AbortError') return null;
  if (error.name === 'InvalidStateError') return 'This device has a passkey for this account already.';
  if (error instanceof WebAuthnError && error.code === 'ERROR_INVALID_DOMAIN') {
    return 'Passkeys work only at the portal’s own address, and this page was opened under another one.';
  }
  return `The browser could not use a passkey: ${error.message}`;
}

/** A button that is there only where it can do something: scripts run, and the browser knows passkeys. */
class PasskeyElement extends HTMLElement {
  connectedCallback(): void {
    if (!browserSupportsWebAuthn()) return;
    this.hidden = false;
    find<HTMLButtonElement>(this, 'button').addEventListener('click', () => void this.#go());
  }

  async #go(): Promise<void> {
    const button = find<HTMLButtonElement>(this, 'button');
    const status = find(this, '[role=status]');
    const errand = this.dataset.errand as Errand;
    button.disabled = true;
    status.textContent = '';
    try {
      const entered = await callPortal<{ home: string } | undefined>(
        `/api/passkeys/${errand}`,
        await askDevice(errand),
      );
      location.assign(this.dataset.next ?? entered?.home ?? '/');
    } catch (error) {
      status.textContent = say(error) ?? '';
      button.disabled = false;
      button.focus();
    }
  }
}

if (!customElements.get('fc-passkey')) customElements.define('fc-passkey', PasskeyElement);
