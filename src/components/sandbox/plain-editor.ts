import type { CodeEditor, Documents } from './documents.ts';
import { highlight } from './highlight.ts';

/**
 * The served text made editable: a transparent textarea over it. It stays where fingers type, and elsewhere until
 * the large editor is there.
 */
export class PlainEditor implements CodeEditor {
  private readonly documents: Documents;
  private readonly areas = new Map<string, HTMLTextAreaElement>();
  private shown: string;

  constructor(panels: Iterable<HTMLElement>, documents: Documents, shown: string) {
    this.documents = documents;
    this.shown = shown;
    for (const panel of panels) this.adopt(panel, panel.dataset.file ?? '');
  }

  show(path: string): void {
    this.shown = path;
  }

  reveal(path: string, line: number): void {
    const before = this.documents
      .text(path)
      .split('\n')
      .slice(0, line - 1);
    this.show(path);
    this.focus(before.join('\n').length + (before.length > 0 ? 1 : 0));
  }

  cursor(): { offset: number } | null {
    const area = this.areas.get(this.shown);
    return area && document.activeElement === area ? { offset: area.selectionStart } : null;
  }

  focus(offset?: number): void {
    const area = this.areas.get(this.shown);
    area?.focus({ preventScroll: offset === undefined });
    if (offset !== undefined) area?.setSelectionRange(offset, offset);
  }

  private adopt(panel: HTMLElement, path: string): void {
    const pre = panel.querySelector('pre');
    const code = panel.querySelector('code');
    if (!pre || !code) return;
    const hadFocus = document.activeElement === pre;
    const area = document.createElement('textarea');
    Object.assign(area, {
      value: this.documents.text(path),
      spellcheck: false,
      wrap: 'off',
      autocomplete: 'off',
    });
    area.setAttribute('autocapitalize', 'off');
    area.setAttribute('autocorrect', 'off');
    area.setAttribute('aria-label', path);
    const paint = () => {
      code.innerHTML = highlight(area.value, path);
    };
    if (area.value !== code.textContent) paint();
    area.addEventListener('input', () => {
      paint();
      this.documents.set(path, area.value, this);
    });
    this.documents.onChange((changed, text, author) => {
      if (changed !== path || author === this) return;
      area.value = text;
      paint();
    });
    pre.removeAttribute('tabindex');
    pre.setAttribute('aria-hidden', 'true');
    pre.after(area);
    this.areas.set(path, area);
    if (hadFocus) area.focus({ preventScroll: true });
  }
}
