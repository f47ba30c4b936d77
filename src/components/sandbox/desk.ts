import type { SampleFile } from '../../../sandbox/engine.ts';
import { CodeStore } from './code-store.ts';
import { type CodeEditor, Documents } from './documents.ts';
import { PlainEditor } from './plain-editor.ts';

const SAVE_AFTER_MS = 300;

/** The code of a sample in one language: its files with their tabs, what was edited, and the editor. */
export class Desk {
  readonly language: string;
  readonly entry: string;
  private readonly root: HTMLElement;
  private readonly name: string;
  private readonly store: CodeStore;
  private readonly documents: Documents;
  private readonly tabs: readonly HTMLElement[];
  private readonly panels: readonly HTMLElement[];
  private editor: CodeEditor;
  private large: Promise<void> | undefined;
  private shown: string;

  /** @param root the whole sandbox; a desk finds what carries its language */
  constructor(root: HTMLElement, name: string, { id, entry }: { id: string; entry: string }) {
    this.root = root;
    this.name = name;
    this.language = id;
    this.entry = entry;
    // Tabs here, items of a tree in the workspace: either way what is chosen says so, and can be reached with Tab.
    this.tabs = [...root.querySelectorAll<HTMLElement>(`[data-files-of="${id}"] [data-file]`)];
    this.panels = [...root.querySelectorAll<HTMLElement>(`.language[data-language="${id}"] .file`)];
    this.store = new CodeStore(`${name}:${id}`, this.panels.map(readPanel));
    this.documents = new Documents(this.store.load());
    this.shown = entry;
    this.editor = new PlainEditor(this.panels, this.documents, this.shown);
    this.keepEdits();
    this.markEdits();
  }

  files(): SampleFile[] {
    return this.documents.files();
  }

  /** The files as the sample has them. */
  originals(): SampleFile[] {
    return this.store.originalFiles();
  }

  /** Puts these texts into the editor; a file that is not among them becomes the sample's own again. */
  replace(files: SampleFile[]): void {
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    for (const { path, text } of this.originals()) this.documents.set(path, texts.get(path) ?? text, null);
  }

  /** Brings the large editor, except where fingers type. */
  loadEditor(onRun: () => void): void {
    if (matchMedia('(pointer: coarse)').matches) return;
    this.large ??= this.replaceEditor(onRun).catch((error: unknown) => {
      // The plain one stays, and does everything but types.
      console.warn('The large editor could not be loaded.', error);
    });
  }

  reset(): void {
    this.replace([]);
    this.show(this.entry);
  }

  show(path: string): void {
    this.shown = path;
    for (const tab of this.tabs) {
      const isShown = tab.dataset.file === path;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
    for (const panel of this.panels) panel.hidden = panel.dataset.file !== path;
    this.editor.show(path);
  }

  /** The tab beside the shown one, round the end, as in every tab list. */
  moveTab(step: 1 | -1): void {
    const at = this.tabs.findIndex((tab) => tab.dataset.file === this.shown);
    const next = this.tabs[(at + step + this.tabs.length) % this.tabs.length];
    if (!next) return;
    this.show(next.dataset.file ?? '');
    next.focus();
  }

  goTo(file: string, line: number): void {
    this.show(file);
    this.editor.reveal(file, line);
  }

  private async replaceEditor(onRun: () => void): Promise<void> {
    const { MonacoEditor } = await import('./monaco-editor.ts');
    const host = this.root.querySelector<HTMLElement>(`[data-monaco="${this.language}"]`);
    if (!host) return;
    const plain = this.editor;
    host.hidden = false;
    const large = new MonacoEditor(host, `${this.name}/${this.language}`, this.documents, onRun);
    large.show(this.shown);
    const cursor = plain.cursor();
    this.editor = large;
    host.closest('.language')?.setAttribute('data-editor', 'monaco');
    this.root.dataset.editor = 'monaco';
    if (cursor) large.focus(cursor.offset);
  }

  private keepEdits(): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const save = () => {
      clearTimeout(timer);
      timer = undefined;
      this.store.save(this.documents.files());
    };
    this.documents.onChange(() => {
      clearTimeout(timer);
      timer = setTimeout(save, SAVE_AFTER_MS);
      this.markEdits();
    });
    addEventListener('pagehide', () => timer && save());
  }

  private markEdits(): void {
    const originals = new Map(this.originals().map(({ path, text }) => [path, text]));
    for (const tab of this.tabs) {
      const path = tab.dataset.file ?? '';
      const isEdited = this.documents.text(path) !== originals.get(path);
      tab.toggleAttribute('data-edited', isEdited);
      tab.title = isEdited ? 'Edited' : '';
    }
  }
}

function readPanel(panel: HTMLElement): SampleFile {
  // Every line of the served text ends with a break, also the last one.
  const text = panel.querySelector('code')?.textContent?.replace(/\n$/, '') ?? '';
  return { path: panel.dataset.file ?? '', text };
}
