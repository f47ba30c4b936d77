import { isReturning } from '../onboarding/portal-client.ts';

interface InboxMessage {
  id: string;
  to: string;
  body: string;
  status: string;
  created_at: string;
}

/** A message is delivered a second after it was accepted; then the list is asked for once more. */
const DELIVERY_MS = 1_200;

/** The list of what arrived. It is there only while the built-in API answers, which the server says. */
export class Inbox {
  private readonly region: HTMLElement;
  private readonly list: HTMLElement | null;
  private readonly empty: HTMLElement | null;
  private shown: Set<string> | undefined;

  constructor(region: HTMLElement) {
    this.region = region;
    this.list = region.querySelector('ol');
    this.empty = region.querySelector('.empty');
    document.addEventListener('firstcall:call', ({ detail }) => {
      if (detail.method === 'POST' && detail.status < 400) void this.refresh();
    });
    if (isReturning()) void this.refresh();
  }

  private async refresh(again = true): Promise<void> {
    const response = await fetch('/api/inbox').catch(() => undefined);
    if (response?.status === 404) this.region.hidden = true;
    if (!response?.ok) return;
    const { messages } = (await response.json()) as { messages: InboxMessage[] };
    this.show(messages);
    if (again && messages.some(({ status }) => status === 'queued')) {
      setTimeout(() => this.refresh(false), DELIVERY_MS);
    }
  }

  private show(messages: InboxMessage[]): void {
    const known = this.shown ?? new Set(messages.map(({ id }) => id));
    const isFirstLook = this.shown === undefined && isReturning() && this.list?.childElementCount === 0;
    this.list?.replaceChildren(
      ...messages.slice(0, 5).map((message) => {
        const item = document.createElement('li');
        if (!isFirstLook && !known.has(message.id)) item.dataset.fresh = '';
        const status = text('span', 'status', message.status);
        const time = text('time', '', new Date(message.created_at).toLocaleTimeString());
        time.setAttribute('datetime', message.created_at);
        const head = text('p', 'head', '');
        head.append(text('b', '', message.to), status, time);
        item.append(head, text('p', 'body', message.body));
        return item;
      }),
    );
    if (this.empty) this.empty.hidden = messages.length > 0;
    this.shown = new Set([...known, ...messages.map(({ id }) => id)]);
  }
}

function text(tag: string, className: string, content: string): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = content;
  return made;
}
