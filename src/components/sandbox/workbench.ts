import { bringIntoView } from './bring-into-view.ts';
import { Desk } from './desk.ts';
import { Inbox } from './inbox.ts';
import { chooseLanguage } from './language-choice.ts';
import { OutputView } from './output-view.ts';
import { prepareRun, type RunnableSample, run } from './run.ts';
import type { Sharing } from './share/sharing.ts';
import { showRunning } from './show-running.ts';

/** What the page says of a sample: `data-sample` of its element. */
export interface SampleOnPage extends Pick<RunnableSample, 'name' | 'env'> {
  languages: { id: string; entry: string }[];
}

/** Everything behind the buttons of one sandbox; loaded when a reader shows interest in it. */
export class Workbench {
  private readonly root: HTMLElement;
  private readonly sample: SampleOnPage;
  private readonly desks: ReadonlyMap<string, Desk>;
  private readonly output: OutputView;
  private desk: Desk;
  /** Where the last run came from: its output names files of that language. */
  private ran: Desk;
  private running: AbortController | undefined;
  private shared: Promise<Sharing> | undefined;

  constructor(root: HTMLElement) {
    this.root = root;
    this.sample = JSON.parse(root.dataset.sample ?? '');
    const { name, languages } = this.sample;
    this.desks = new Map(languages.map((language) => [language.id, new Desk(root, name, language)]));
    this.desk = this.deskOf(root.dataset.language ?? languages[0]?.id);
    this.ran = this.desk;
    this.output = new OutputView(root, {
      files: () => this.ran.files().map(({ path }) => path),
      onPlace: (file, line) => {
        if (this.ran !== this.desk) chooseLanguage(this.ran.language);
        this.ran.goTo(file, line);
      },
    });
    document.addEventListener('firstcall:call', ({ detail }) => {
      if (detail.origin === 'sandbox') this.output.observed(detail);
    });
    const inbox = root.querySelector<HTMLElement>('[data-inbox]');
    if (inbox) new Inbox(inbox);
  }

  /** Gets engine and configuration ready. */
  prepare(): void {
    prepareRun(this.desk.language);
  }

  /** Turns to the code in another language; what is running goes on. */
  turnTo(language: string): void {
    this.desk = this.deskOf(language);
    if (this.root.dataset.editor === 'monaco') this.loadEditor();
  }

  loadEditor(): void {
    this.desk.loadEditor(() => this.run());
  }

  async run(): Promise<void> {
    if (this.running) return;
    const stop = new AbortController();
    this.running = stop;
    this.ran = this.desk;
    showRunning(this.root, true);
    this.output.begin();
    const result = this.root.querySelector<HTMLElement>('.result');
    if (result) bringIntoView(result);
    try {
      const { name, env } = this.sample;
      const { language, entry } = this.desk;
      const view = {
        onProgress: (progress: Parameters<OutputView['progress']>[0]) => this.output.progress(progress),
        onStart: () => this.output.started(),
        onOutput: (chunk: Parameters<OutputView['print']>[0]) => this.output.print(chunk),
        onRequest: (method: string, path: string) => this.output.request(method, path),
      };
      const { result, timeoutMs } = await run(
        { name, env, language, entry },
        this.desk.files(),
        view,
        stop.signal,
      );
      this.output.end(result, { timeoutMs });
    } catch (error) {
      this.output.unavailable(error instanceof Error ? error.message : String(error));
    } finally {
      this.running = undefined;
      showRunning(this.root, false);
    }
  }

  stop(): void {
    this.running?.abort();
  }

  reset(): void {
    this.desk.reset();
  }

  /** Links that carry code: fetched when one is made, or when one was opened. */
  sharing(): Promise<Sharing> {
    this.shared ??= import('./share/sharing.ts').then(
      ({ Sharing }) => new Sharing(this.root, this.sample.name, this.desks, () => this.desk),
    );
    return this.shared;
  }

  show(path: string): void {
    this.desk.show(path);
  }

  moveTab(step: 1 | -1): void {
    this.desk.moveTab(step);
  }

  private deskOf(language: string | undefined): Desk {
    const desk = this.desks.get(language ?? '');
    if (!desk) throw new Error(`${this.sample.name} is not here in ${language}.`);
    return desk;
  }
}
