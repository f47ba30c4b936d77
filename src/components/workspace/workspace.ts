import type { BootProgress, SandboxEngine } from '../../../sandbox/engine.ts';
import { CodeStore } from '../sandbox/code-store.ts';
import { type CodeEditor, Documents } from '../sandbox/documents.ts';
import { PlainEditor } from '../sandbox/plain-editor.ts';
import { portalConfig } from '../sandbox/portal-config.ts';
import { type RunSetting, run } from '../sandbox/run.ts';
import { sayResult } from '../sandbox/say-run.ts';
import type { TakeableSample } from './download.ts';
import { createEngines, keyForContainer, prepareFirst } from './engines.ts';
import { FileTree } from './file-tree.ts';
import { Preview } from './preview.ts';
import { RunDisplay } from './run-display.ts';
import { sayEngine } from './say-engine.ts';
import type { TerminalView } from './terminal-view.ts';

const SAVE_AFTER_MS = 300;

/** Everything behind the page of one sample: its files, an editor, a terminal, and the engine that runs them. */
export class Workspace {
  private readonly root: HTMLElement;
  private readonly sample: TakeableSample;
  private readonly store: CodeStore;
  private readonly documents: Documents;
  private readonly tree: FileTree;
  private readonly display: RunDisplay;
  private readonly preview: Preview;
  private readonly terminal: Promise<TerminalView>;
  private readonly engines: Promise<SandboxEngine[]>;
  private editor: CodeEditor;
  private shown: string;
  private engine = 'none';
  private running: AbortController | undefined;

  constructor(root: HTMLElement) {
    this.root = root;
    this.sample = JSON.parse(root.dataset.sample ?? '');
    const panels = [...root.querySelectorAll<HTMLElement>('[data-panel]')];
    const files = panels.map((panel) => ({
      path: panel.dataset.file ?? '',
      // Every line of the served text ends with a break, also the last one.
      text: panel.querySelector('code')?.textContent?.replace(/\n$/, '') ?? '',
    }));
    // The same place as in the docs: what was edited there is here, and the other way round.
    this.store = new CodeStore(`${this.sample.name}:${this.sample.language}`, files);
    this.documents = new Documents(this.store.load());
    this.shown = this.sample.entry;
    this.editor = new PlainEditor(panels, this.documents, this.shown);
    this.tree = new FileTree(find(root, '[role=tree]'), (path) => this.show(path));
    this.display = new RunDisplay(root);
    this.preview = new Preview(find(root, '[data-preview]'));
    this.terminal = this.openTerminal();
    this.engines = portalConfig().then(createEngines);
    this.listen();
    this.markEdits();
  }

  /** Brings what the page was opened for: the large editor, and an engine that is ready. */
  async begin(): Promise<void> {
    if (!matchMedia('(pointer: coarse)').matches) {
      this.openEditor().catch((error: unknown) =>
        console.warn('The large editor could not be loaded.', error),
      );
    }
    try {
      const engines = await this.engines;
      const { engine, unavailable } = await prepareFirst(engines, (progress) => this.say(progress));
      this.sayEngine(engine, unavailable);
    } catch (error) {
      this.display.engine(sentence(error));
    }
  }

  act(what: string): void {
    if (what === 'run') void this.run();
    else if (what === 'stop') this.running?.abort();
    else if (what === 'reset') void this.reset();
    else if (what === 'download') void this.download();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    const stop = new AbortController();
    this.running = stop;
    this.display.running(true);
    this.display.state('running', 'Starting…');
    const terminal = await this.terminal;
    // On a narrow screen it is further down.
    find(this.root, '.terminal').scrollIntoView({ block: 'nearest' });
    terminal.clear();
    terminal.say(`$ ${this.sample.command}`);
    try {
      const setting: RunSetting = {
        engines: await this.engines,
        options: {
          terminal,
          onServer: (url) => this.preview.show(url),
          onProgress: (progress) => this.say(progress),
        },
        ...(this.engine === 'webcontainer' ? { firstKey: keyForContainer } : {}),
      };
      const view = this.display.view(terminal);
      const done = await run(this.sample, this.documents.files(), view, stop.signal, setting);
      const ending = sayResult(done.result, done);
      terminal.say(ending.text);
      this.display.state(ending.tone, { ok: 'Done', fail: 'Failed', wait: 'Stopped' }[ending.tone]);
      if (done.result.status !== 'cancelled') this.sayEngine(done.engine, done.unavailable);
    } catch (error) {
      terminal.writeError(`The workspace could not run this. ${sentence(error)}\n`);
      this.display.state('fail', 'Not started');
    } finally {
      this.running = undefined;
      this.display.running(false);
    }
  }

  private async reset(): Promise<void> {
    this.running?.abort();
    for (const { path, text } of this.store.originalFiles()) this.documents.set(path, text, null);
    this.show(this.sample.entry);
    (await this.terminal).clear();
    this.display.state('recorded', 'Not run yet');
  }

  private async download(): Promise<void> {
    const [{ save, zipFiles }, { api_origin }] = await Promise.all([import('./download.ts'), portalConfig()]);
    save(zipFiles(this.sample, this.documents.files(), api_origin), `${this.sample.name}.zip`);
  }

  private show(path: string): void {
    this.shown = path;
    this.tree.select(path);
    for (const panel of this.root.querySelectorAll<HTMLElement>('[data-panel]')) {
      panel.hidden = panel.dataset.file !== path;
    }
    this.editor.show(path);
  }

  private async openEditor(): Promise<void> {
    const { MonacoEditor } = await import('../sandbox/monaco-editor.ts');
    const host = find(this.root, '[data-monaco]');
    const plain = this.editor;
    host.hidden = false;
    const large = new MonacoEditor(host, this.sample.name, this.documents, () => this.act('run'));
    large.show(this.shown);
    const cursor = plain.cursor();
    this.editor = large;
    this.root.dataset.editor = 'monaco';
    if (cursor) large.focus(cursor.offset);
  }

  private async openTerminal(): Promise<TerminalView> {
    const { TerminalView } = await import('./terminal-view.ts');
    const terminal = new TerminalView(find(this.root, '[data-terminal]'), () => this.act('stop'));
    terminal.say(`Press Run to start ${this.sample.command}.`);
    return terminal;
  }

  private say({ text }: BootProgress): void {
    this.display.progress(text);
  }

  private sayEngine(engine: string, unavailable: Parameters<typeof sayEngine>[1]): void {
    this.engine = engine;
    this.root.dataset.engine = engine;
    void portalConfig().then(({ sandbox }) => {
      const isEnabled = sandbox.engines.includes('webcontainer');
      this.display.engine(sayEngine(engine, unavailable, isEnabled));
    });
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
  }

  private markEdits(): void {
    const originals = this.store.originalFiles();
    const edited = originals.filter(({ path, text }) => this.documents.text(path) !== text);
    this.tree.markEdited(new Set(edited.map(({ path }) => path)));
  }
}

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function find(root: HTMLElement, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The workspace has no ${selector}.`);
  return found;
}
