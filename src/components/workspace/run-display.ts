import type { BootProgress } from '../../../sandbox/engine.ts';
import { sayDuration } from '../../duration.ts';
import type { RequestNote } from '../sandbox/broker.ts';
import type { RunView } from '../sandbox/run.ts';
import { saySize } from '../sandbox/say-run.ts';
import type { TerminalView } from './terminal-view.ts';

/** What the page says around the terminal: the state of the run, the engine, and how far a start is. */
export class RunDisplay {
  private readonly root: HTMLElement;
  private ticking: ReturnType<typeof setInterval> | undefined;

  constructor(root: HTMLElement) {
    this.root = root;
  }

  /** The line about the engine, once there is nothing to wait for. */
  engine(text: string): void {
    clearInterval(this.ticking);
    this.ticking = undefined;
    this.put('[data-far]', '');
    this.put('[data-engine-line]', text);
  }

  /** What is being waited for; the seconds or bytes beside it are for the eyes only. */
  progress({ text, loaded }: BootProgress): void {
    this.put('[data-engine-line]', `${text}…`);
    if (loaded) {
      clearInterval(this.ticking);
      this.ticking = undefined;
      this.put('[data-far]', `${saySize(loaded.bytes)} of ${saySize(loaded.ofBytes)}`);
    }
    if (loaded || this.ticking) return;
    const since = Date.now();
    this.ticking = setInterval(() => {
      this.put('[data-far]', `${Math.round((Date.now() - since) / 1_000)} s`);
    }, 1_000);
  }

  state(tone: string, text: string): void {
    this.put('[data-run-state]', text);
    const state = this.root.querySelector<HTMLElement>('[data-run-state]');
    if (state) state.dataset.runState = tone;
  }

  /** Where a run writes to. */
  view(terminal: TerminalView): RunView {
    return {
      onStart: () => this.state('running', 'Running…'),
      onOutput: ({ stream, text }) =>
        stream === 'stderr' ? terminal.writeError(text) : terminal.write(text),
      onRequest: (method, path): RequestNote => ({
        answered: (status, durationMs) =>
          terminal.say(`${method} ${path} answered ${status} in ${sayDuration(durationMs)}`),
        failed: (reason) => terminal.say(`${method} ${path} was not sent: ${reason}`),
      }),
    };
  }

  private put(selector: string, text: string): void {
    const element = this.root.querySelector(selector);
    if (element && element.textContent !== text) element.textContent = text;
  }
}
