import type { SampleFile } from '../../../sandbox/engine.ts';
import { CodeStore } from './code-store.ts';
import { type CodeEditor, Documents } from './documents.ts';
import { Inbox } from './inbox.ts';
import { OutputView } from './output-view.ts';
import { PlainEditor } from './plain-editor.ts';
import { prepareRun, type RunnableSample, run } from './run.ts';

const SAVE_AFTER_MS = 300;

/** Everything behind the buttons of one sandbox; loaded when a reader shows interest in it. */
export class Workbench {
  private readonly root: HTMLElement;
  private readonly sample: RunnableSample;
  private readonly store: CodeStore;
  private readonly documents: Documents;
  private readonly output: OutputView;
  private editor: CodeEditor;
  private large: Promise<void> | undefined;
  private shown: string;
  private running: AbortController | undefined;

  constructor(root: HTMLElement) {
    this.root = root;
    this.sample = JSON.parse(root.dataset.sample ?? '');
    const panels = [...root.querySelectorAll<HTMLElement>('[data-file][role=tabpanel]')];
    this.store = new CodeStore(`${this.sample.name}:${this.sample.language}`, panels.map(readPanel));
    this.documents = new Documents(this.store.load());
    this.shown = this.sample.entry;
    this.editor = new PlainEditor(panels, this.documents, this.shown);
    this.output = new OutputView(root, {
      files: this.documents.paths,
      onPlace: (file, line) => this.goTo(file, line),
    });
    this.listen();
    this.markEdits();
    const inbox = root.querySelector<HTMLElement>('[data-inbox]');
    if (inbox) new Inbox(inbox);
  }

  /** Gets engine and configuration ready. */
  prepare(): void {
    prepareRun();
  }

  /** Brings the large editor, except where fingers type. */
  loadEditor(): void {
    if (matchMedia('(pointer: coarse)').matches) return;
    this.large ??= this.replaceEditor().catch((error: unknown) => {
      // The plain one stays, and does everything but types.
      console.warn('The large editor could not be loaded.', error);
    });
  }

  async run(): Promise<void> {
    if (this.running) return;
    const stop = new AbortController();
    this.running = stop;
    this.showRunning(true);
    this.output.begin();
    try {
      const files = this.documents.files();
      const view = {
        onStart: () => this.output.started(),
        onOutput: (chunk: Parameters<OutputView['print']>[0]) => this.output.print(chunk),
        onRequest: (method: string, path: string) => this.output.request(method, path),
      };
      const { result, timeoutMs } = await run(this.sample, files, view, stop.signal);
      this.output.end(result, { timeoutMs });
    } catch (error) {
      this.output.unavailable(error instanceof Error ? error.message : String(error));
    } finally {
      this.running = undefined;
      this.showRunning(false);
    }
  }

  stop(): void {
    this.running?.abort();
  }

  reset(): void {
    for (const { path, text } of this.store.originalFiles()) this.documents.set(path, text, null);
    this.show(this.sample.entry);
  }

  show(path: string): void {
    this.shown = path;
    for (const tab of this.tabs()) {
      const isShown = tab.dataset.file === path;
      tab.setAttribute('aria-selected', String(isShown));
      tab.tabIndex = isShown ? 0 : -1;
    }
    for (const panel of this.root.querySelectorAll<HTMLElement>('[role=tabpanel][data-file]')) {
      panel.hidden = panel.dataset.file !== path;
    }
    this.editor.show(path);
  }

  /** The tab beside the shown one, round the end, as in every tab list. */
  moveTab(step: 1 | -1): void {
    const tabs = this.tabs();
    const at = tabs.findIndex((tab) => tab.dataset.file === this.shown);
    const next = tabs[(at + step + tabs.length) % tabs.length];
    if (!next) return;
    this.show(next.dataset.file ?? '');
    next.focus();
  }

  private goTo(file: string, line: number): void {
    this.show(file);
    this.editor.reveal(file, line);
  }

  private async replaceEditor(): Promise<void> {
    const { MonacoEditor } = await import('./monaco-editor.ts');
    const host = this.root.querySelector<HTMLElement>('[data-monaco]');
    if (!host) return;
    const plain = this.editor;
    host.hidden = false;
    const large = new MonacoEditor(host, this.sample.name, this.documents, () => this.run());
    large.show(this.shown);
    const cursor = plain.cursor();
    this.editor = large;
    this.root.dataset.editor = 'monaco';
    if (cursor) large.focus(cursor.offset);
  }

  private listen(): void {
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
    document.addEventListener('firstcall:call', ({ detail }) => {
      if (detail.origin === 'sandbox') this.output.observed(detail.status);
    });
  }

  private markEdits(): void {
    const originals = new Map(this.store.originalFiles().map(({ path, text }) => [path, text]));
    for (const tab of this.tabs()) {
      const path = tab.dataset.file ?? '';
      tab.toggleAttribute('data-edited', this.documents.text(path) !== originals.get(path));
    }
  }

  private showRunning(isRunning: boolean): void {
    const button = (name: string) => this.root.querySelector<HTMLButtonElement>(`[data-do=${name}]`);
    const stop = button('stop');
    // Run keeps the focus it has; disabling it would drop a keyboard user back to the top of the page.
    button('run')?.setAttribute('aria-disabled', String(isRunning));
    if (stop && !isRunning && document.activeElement === stop) button('run')?.focus();
    if (stop) stop.disabled = !isRunning;
    this.root.toggleAttribute('data-running', isRunning);
  }

  private tabs(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('[role=tab][data-file]')];
  }
}

function readPanel(panel: HTMLElement): SampleFile {
  // Every line of the served text ends with a break, also the last one.
  const text = panel.querySelector('code')?.textContent?.replace(/\n$/, '') ?? '';
  return { path: panel.dataset.file ?? '', text };
}
