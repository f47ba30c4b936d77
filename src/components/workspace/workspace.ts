import type { BootProgress, SandboxEngine } from '../../../sandbox/engine.ts';
import type { EngineRun } from '../../../sandbox/run-sample.ts';
import type { SampleLanguage } from '../../../sandbox/sample.ts';
import { bringIntoView } from '../sandbox/bring-into-view.ts';
import { Desk } from '../sandbox/desk.ts';
import { followLanguage } from '../sandbox/language-choice.ts';
import { portalConfig } from '../sandbox/portal-config.ts';
import { type RunnableSample, type RunSetting, run } from '../sandbox/run.ts';
import { sayResult } from '../sandbox/say-run.ts';
import type { Sharing } from '../sandbox/share/sharing.ts';
import { showRunning } from '../sandbox/show-running.ts';
import { createEngines, keyForContainer, prepareFirst } from './engines.ts';
import { FileTree } from './file-tree.ts';
import { Preview } from './preview.ts';
import { RunDisplay } from './run-display.ts';
import { sayEngine } from './say-engine.ts';
import type { TerminalView } from './terminal-view.ts';

interface SampleOnPage extends Pick<RunnableSample, 'name' | 'env'> {
  title: string;
  languages: Pick<SampleLanguage, 'id' | 'entry' | 'command'>[];
}

type Language = SampleOnPage['languages'][number];

/** Everything behind the page of one sample: its files, an editor, a terminal, and the engine that runs them. */
export class Workspace {
  private readonly root: HTMLElement;
  private readonly sample: SampleOnPage;
  private readonly desks = new Map<string, Desk>();
  private readonly display: RunDisplay;
  private readonly preview: Preview;
  private readonly terminal: Promise<TerminalView>;
  private readonly engines: Promise<SandboxEngine[]>;
  private language: Language;
  /** What runs the shown language, as far as is known. */
  private engine = 'none';
  private running: AbortController | undefined;
  private shared: Promise<Sharing> | undefined;

  constructor(root: HTMLElement) {
    this.root = root;
    this.sample = JSON.parse(root.dataset.sample ?? '');
    const [first] = this.sample.languages;
    if (!first) throw new Error('The workspace has no language.');
    this.language = first;
    for (const language of this.sample.languages) {
      // The code is kept where the docs keep it: what was edited there is here, and the other way round.
      this.desks.set(language.id, new Desk(root, this.sample.name, language));
    }
    for (const tree of root.querySelectorAll<HTMLElement>('[role=tree]')) {
      new FileTree(tree, (path) => this.desk.show(path));
    }
    this.display = new RunDisplay(root);
    this.preview = new Preview(find(root, '[data-preview]'));
    this.terminal = this.openTerminal();
    this.engines = portalConfig().then(createEngines);
    followLanguage(root, (id) => this.turnTo(id));
    this.begin();
  }

  act(what: string): void {
    if (what === 'run') void this.run();
    else if (what === 'stop') this.running?.abort();
    else if (what === 'reset') void this.reset();
    else if (what === 'download') void this.download();
    else if (what === 'share') void this.sharing().then((sharing) => sharing.copy());
  }

  /** Code that came with a link is shown beside the sample, and never run. */
  openLink(): void {
    void this.sharing().then((sharing) => sharing.open());
  }

  private get desk(): Desk {
    const desk = this.desks.get(this.language.id);
    if (!desk) throw new Error(`The workspace has no ${this.language.id}.`);
    return desk;
  }

  private turnTo(id: string): void {
    const language = this.sample.languages.find((one) => one.id === id);
    if (!language || language === this.language) return;
    this.running?.abort();
    this.language = language;
    for (const files of this.root.querySelectorAll<HTMLElement>('[data-files-of]')) {
      files.hidden = files.dataset.filesOf !== id;
    }
    this.begin();
  }

  /** Brings what the page was opened for: the large editor, and an engine that is ready. */
  private begin(): void {
    this.desk.loadEditor(() => this.act('run'));
    this.prepare(this.language).catch((error: unknown) => this.display.engine(sentence(error)));
  }

  private async prepare(language: Language): Promise<void> {
    const { engine, unavailable } = await prepareFirst(await this.engines, language.id, (progress) =>
      this.say(progress),
    );
    if (language === this.language) await this.sayEngine(engine, unavailable);
  }

  private async run(): Promise<void> {
    if (this.running) return;
    const stop = new AbortController();
    this.running = stop;
    showRunning(this.root, true);
    this.display.state('running', 'Starting…');
    const terminal = await this.terminal;
    // On a narrow screen it is further down.
    bringIntoView(find(this.root, '.terminal'));
    terminal.clear();
    terminal.say(`$ ${this.language.command}`);
    try {
      const { id, entry } = this.language;
      const { name, env } = this.sample;
      const view = this.display.view(terminal);
      const setting = await this.setting(terminal);
      const done = await run(
        { name, env, entry, language: id },
        this.desk.files(),
        view,
        stop.signal,
        setting,
      );
      const ending = sayResult(done.result, done);
      terminal.say(ending.text);
      this.display.state(ending.tone, { ok: 'Done', fail: 'Failed', wait: 'Stopped' }[ending.tone]);
      if (done.result.status !== 'cancelled') await this.sayEngine(done.engine, done.unavailable);
    } catch (error) {
      terminal.writeError(`The workspace could not run this. ${sentence(error)}\n`);
      this.display.state('fail', 'Not started');
    } finally {
      this.running = undefined;
      showRunning(this.root, false);
    }
  }

  private async setting(terminal: TerminalView): Promise<RunSetting> {
    return {
      engines: await this.engines,
      options: {
        terminal,
        onServer: (url) => this.preview.show(url),
        onProgress: (progress) => this.say(progress),
      },
      ...(this.engine === 'webcontainer' ? { firstKey: keyForContainer } : {}),
    };
  }

  private async reset(): Promise<void> {
    this.running?.abort();
    this.desk.reset();
    (await this.terminal).clear();
    this.display.state('recorded', 'Not run yet');
  }

  private sharing(): Promise<Sharing> {
    this.shared ??= import('../sandbox/share/sharing.ts').then(
      ({ Sharing }) => new Sharing(this.root, this.sample.name, this.desks, () => this.desk),
    );
    return this.shared;
  }

  private async download(): Promise<void> {
    const [{ save, zipFiles }, { api_origin }] = await Promise.all([import('./download.ts'), portalConfig()]);
    save(zipFiles(this.sample, this.language, this.desk.files(), api_origin), `${this.sample.name}.zip`);
  }

  private async openTerminal(): Promise<TerminalView> {
    const { TerminalView } = await import('./terminal-view.ts');
    const terminal = new TerminalView(find(this.root, '[data-terminal]'), () => this.act('stop'));
    if (!this.running) terminal.say(`Press Run to start ${this.language.command}.`);
    return terminal;
  }

  private say(progress: BootProgress): void {
    this.display.progress(progress);
  }

  private async sayEngine(engine: string, unavailable: EngineRun['unavailable']): Promise<void> {
    this.engine = engine;
    this.root.dataset.engine = engine;
    const { sandbox } = await portalConfig();
    const isEnabled = sandbox.engines.includes('webcontainer');
    this.display.engine(sayEngine({ engine, unavailable, isEnabled, language: this.language.id }));
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
