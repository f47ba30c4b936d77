import { callPortal } from './portal-client.ts';

interface PortalConfig {
  api_origin: string;
}

let config: Promise<PortalConfig> | undefined;

/** Where the reader's own programs find the API, such as `http://localhost:4321`. Asked for once per page. */
export async function apiOrigin(): Promise<string> {
  config ??= callPortal<PortalConfig>('/api/config').catch((error: unknown) => {
    config = undefined;
    throw error;
  });
  return (await config).api_origin;
}

/** Copies the element's text. Where the browser forbids that, selects it, so that one keystroke copies it. */
export function copyOnClick(button: HTMLElement, source: HTMLElement): void {
  const label = button.textContent;
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(source.textContent ?? '');
      button.textContent = 'Copied';
    } catch {
      getSelection()?.selectAllChildren(source);
      button.textContent = 'Selected: press Ctrl+C';
    }
    setTimeout(() => {
      button.textContent = label;
    }, 2500);
  });
}
