import { type Difference, type DifferenceLine, showUnseen } from './difference.ts';
import { sayCounts, sayRefusal } from './say-share.ts';
import css from './share.css?inline';
import type { ShareRefusal } from './share-link.ts';

export interface ShareOffer {
  changes: { path: string; difference: Difference }[];
  /** Empty where there is only one. */
  language: string;
  /** Whether the editor holds edits of the reader's own. */
  hasEdits: boolean;
  onUse(): void;
  onKeep(): void;
}

/** The lines about links between the bar of a sandbox and its code; all that came with a link is plain text. */
export class ShareView {
  private readonly root: HTMLElement;
  private readonly status: HTMLElement;
  private readonly panel: HTMLElement;

  constructor(root: HTMLElement) {
    this.root = root;
    addStyle();
    // There before it speaks, or it would not be read out.
    this.status = element('div', 'share-note');
    this.status.setAttribute('role', 'status');
    this.panel = element('section', 'share-panel');
    this.panel.hidden = true;
    this.panel.tabIndex = -1;
    this.panel.setAttribute('aria-label', 'Code from a link');
    root.querySelector('.bar')?.after(this.status, this.panel);
  }

  /** Says what became of *Share*; with a link that could not be copied, ready to be. */
  note(text: string, link?: string): void {
    const close = button('Close', () => {
      this.status.replaceChildren();
      this.root.querySelector<HTMLElement>('[data-do=share]')?.focus();
    });
    this.status.replaceChildren();
    // Emptied first, so that the same words are read out again.
    requestAnimationFrame(() => {
      const line = element('p', '', link ? `Copy this link. ${text}` : text);
      if (!link) return this.status.replaceChildren(line, close);
      const field = Object.assign(document.createElement('input'), { readOnly: true, value: link });
      field.setAttribute('aria-label', 'Link with your code');
      this.status.replaceChildren(line, field, close);
      field.focus();
      // Backwards, so that its beginning is in sight.
      field.setSelectionRange(0, link.length, 'backward');
    });
  }

  refuse(refusal: ShareRefusal, onClose: () => void): void {
    this.say(`The code of this link is not shown. ${sayRefusal(refusal)}`, onClose);
  }

  /** One sentence and a way out. */
  say(text: string, onClose: () => void): void {
    this.present([element('p', '', text), actions(button('Close', () => this.leave(onClose)))]);
  }

  offer(offer: ShareOffer): void {
    const own = offer.hasEdits ? 'your own edits' : 'the original';
    const keep = button(offer.hasEdits ? 'Keep mine' : 'Keep the original', () => this.leave(offer.onKeep));
    const replaces = offer.hasEdits ? 'replaces them' : 'replaces it';
    const language = offer.language ? ` ${offer.language}` : '';
    const scroll = element('div', 'differences');
    scroll.tabIndex = 0;
    scroll.setAttribute('role', 'group');
    scroll.setAttribute('aria-label', `Difference to the original${language}`);
    scroll.append(...offer.changes.flatMap(({ path, difference }) => showFile(path, difference)));
    const warning = element(
      'p',
      '',
      `Read it before you run it: somebody else wrote it, and it calls the API with your test key. The editor keeps ${own} until `,
    );
    warning.append(element('strong', '', 'Use this code'), ` ${replaces}.`);
    this.present([
      element('h2', '', 'This code came with a link'),
      warning,
      element('p', 'caption', `What it changes in the original${language}:`),
      scroll,
      actions(button('Use this code', offer.onUse), keep),
    ]);
    this.panel.onkeydown = ({ key }) => {
      if (key === 'Escape') this.leave(offer.onKeep);
    };
  }

  /** The reader took the code; a way back stays. */
  used(hadEdits: boolean, onBack: () => void): void {
    const back = hadEdits ? 'Put mine back' : 'Put the original back';
    const where = element('p', '', 'The code from the link is in the editor. ');
    where.append(element('strong', '', 'Run'), ' starts it with your test key.');
    this.present([where, actions(button(back, () => this.leave(onBack)))]);
  }

  private present(content: HTMLElement[]): void {
    this.panel.onkeydown = null;
    this.panel.replaceChildren(...content);
    this.panel.toggleAttribute('data-line', content.length === 2);
    this.panel.hidden = false;
    this.panel.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: 'start' });
  }

  private leave(then: () => void): void {
    then();
    this.panel.hidden = true;
    this.panel.replaceChildren();
    this.root
      .querySelector<HTMLElement>('[data-files-of]:not([hidden]) [data-file][aria-selected=true]')
      ?.focus({ preventScroll: true });
  }
}

let isStyled = false;

/** An ordinary import of the style would put it into every page with a sandbox. */
function addStyle(): void {
  if (isStyled) return;
  isStyled = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets.push(sheet);
}

function showFile(path: string, difference: Difference): HTMLElement[] {
  const heading = element('h3', '', path);
  heading.append(element('span', '', sayCounts(difference)));
  return [
    heading,
    ...difference.pieces.map((lines) => {
      const list = element('ol', 'piece');
      // Without markers, Safari would no longer call it a list.
      list.setAttribute('role', 'list');
      list.append(...lines.map(showLine));
      return list;
    }),
  ];
}

const SIGNS = { same: '', removed: '−', added: '+' } as const;
const WORDS = { same: 'Line', removed: 'Removed, line', added: 'Added, line' } as const;

function showLine({ kind, number, text }: DifferenceLine): HTMLElement {
  const item = element('li', kind);
  const name = element('span', 'sr-only', `${WORDS[kind]} ${number}: `);
  const count = element('span', 'number', String(number));
  const sign = element('span', 'sign', SIGNS[kind]);
  for (const drawn of [count, sign]) drawn.setAttribute('aria-hidden', 'true');
  const code = element('code', '');
  code.append(
    ...showUnseen(text).map((part) => (part.unseen ? element('mark', 'unseen', part.text) : part.text)),
  );
  item.append(name, count, sign, code);
  return item;
}

function actions(...buttons: HTMLElement[]): HTMLElement {
  const group = element('div', 'choices');
  group.append(...buttons);
  return group;
}

function button(label: string, onClick: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement('button'), { type: 'button', className: 'fc-button' });
  made.textContent = label;
  made.addEventListener('click', onClick);
  return made;
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
