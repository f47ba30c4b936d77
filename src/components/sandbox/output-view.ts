import type { BootProgress, OutputChunk, RunResult } from '../../../sandbox/engine.ts';
import { sayDuration } from '../../duration.ts';
import type { ObservedCall } from '../../features/milestones/progress-schema.ts';
import type { RequestNote } from './broker.ts';
import { sayResult, saySize } from './say-run.ts';

/** What the server says of a call that it saw. */
type SeenCall = Pick<ObservedCall, 'status' | 'duration_ms'>;

/** Long outputs come in blocks that the browser need not lay out before they are scrolled to. */
const BLOCK_CHARS = 8_000;

export interface OutputViewOptions {
  /** The paths that an error of this run may point to. */
  files(): readonly string[];
  onPlace(file: string, line: number): void;
}

/** The right-hand side: what a run asked for and what it printed, in the order of time, all of it as plain text. */
export class OutputView {
  private readonly log: HTMLElement;
  private readonly state: HTMLElement;
  private readonly options: OutputViewOptions;
  private pending: OutputChunk[] = [];
  private frame = 0;
  private bar: HTMLElement | undefined;
  /** Requests that were answered and not yet seen by the server, oldest first. */
  private unseen: { item: HTMLElement; status: number }[] = [];
  /** The server's word may overtake the answer itself. */
  private seenEarly: SeenCall[] = [];

  constructor(root: HTMLElement, options: OutputViewOptions) {
    this.log = find(root, '[role=log]');
    this.state = find(root, '[data-run-state]');
    this.options = options;
  }

  begin(): void {
    this.log.replaceChildren();
    this.unseen = [];
    this.seenEarly = [];
    this.pending = [];
    this.setState('running', 'Starting…');
  }

  /** What is slow says what it is doing and how far it is. */
  progress({ text, loaded }: BootProgress): void {
    this.setState('running', `${text}…`);
    if (!this.bar) {
      // Not read out byte by byte: the state above it is.
      this.bar = element('p', 'progress');
      this.bar.setAttribute('aria-live', 'off');
      this.log.prepend(this.bar);
    }
    const bar = document.createElement('progress');
    bar.setAttribute('aria-label', text);
    if (loaded) Object.assign(bar, { max: loaded.ofBytes, value: loaded.bytes });
    const far = loaded ? `: ${saySize(loaded.bytes)} of ${saySize(loaded.ofBytes)}` : '';
    this.bar.replaceChildren(bar, element('span', '', `${text}${far}`));
  }

  started(): void {
    this.endProgress();
    this.setState('running', 'Running…');
  }

  print(chunk: OutputChunk): void {
    this.pending.push(chunk);
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  request(method: string, path: string): RequestNote {
    this.flush();
    const item = element('div', 'request');
    const status = element('span', 'status', '…');
    const detail = element('span', 'ms');
    item.append(element('span', 'route', `${method} ${path}`), status, detail);
    this.log.append(item);
    return {
      answered: (code, durationMs, body) => {
        status.textContent = String(code);
        status.dataset.ok = String(code < 400);
        detail.textContent = sayDuration(durationMs);
        if (body) item.append(responseBody(body));
        this.unseen.push({ item, status: code });
        const early = this.seenEarly.findIndex((call) => call.status === code);
        const [call] = early < 0 ? [] : this.seenEarly.splice(early, 1);
        if (call) this.observed(call);
      },
      failed: (reason) => {
        status.textContent = 'not sent';
        status.dataset.ok = 'false';
        detail.textContent = reason;
      },
    };
  }

  /**
   * The server saw a call: the accent, which means nothing else, goes to the request it belongs to. How long it took is
   * said as the server counts it, so that the page tells one time of one call.
   */
  observed(call: SeenCall): void {
    const at = this.unseen.findIndex(({ status }) => status === call.status);
    const [seen] = at < 0 ? [] : this.unseen.splice(at, 1);
    if (!seen) this.seenEarly.push(call);
    if (!seen || call.status >= 400) return;
    seen.item.dataset.observed = '';
    const detail = seen.item.querySelector('.ms');
    if (detail) detail.textContent = `${sayDuration(call.duration_ms)} · seen by the server`;
  }

  end(result: RunResult, limits: { timeoutMs: number }): void {
    this.flush();
    this.endProgress();
    const { text, tone } = sayResult(result, limits);
    this.log.append(element('p', `ending ${tone}`, text));
    // A syntax error is printed with its place already; one without output is said here.
    if (result.error && result.exitCode === null)
      this.log.append(element('p', 'ending fail', result.error.message));
    this.log.scrollTop = this.log.scrollHeight;
    this.setState(tone, tone === 'ok' ? 'Done' : tone === 'fail' ? 'Failed' : 'Stopped');
  }

  /** No engine could run it. */
  unavailable(reason: string): void {
    this.flush();
    this.endProgress();
    this.log.append(
      element('p', 'ending fail', `The sandbox could not start. ${reason} Reload the page and try again.`),
    );
    this.setState('fail', 'Not started');
  }

  private endProgress(): void {
    this.bar?.remove();
    this.bar = undefined;
  }

  private flush(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const chunks = this.pending;
    this.pending = [];
    for (const chunk of chunks) this.append(chunk);
    if (chunks.length > 0) this.log.scrollTop = this.log.scrollHeight;
  }

  private append({ stream, text }: OutputChunk): void {
    let block = this.log.lastElementChild;
    for (let at = 0; at < text.length; at += BLOCK_CHARS) {
      const isOpen = block instanceof HTMLElement && block.dataset.stream === stream;
      if (!isOpen || (block?.textContent?.length ?? 0) > BLOCK_CHARS) {
        block = element('pre', 'chunk');
        (block as HTMLElement).dataset.stream = stream;
        this.log.append(block);
      }
      block?.append(...this.linkPlaces(text.slice(at, at + BLOCK_CHARS), stream));
    }
  }

  /** `index.ts:12`, `File "main.py", line 12` or `send.sh: line 12` in an error becomes a button that goes there. */
  private linkPlaces(text: string, stream: OutputChunk['stream']): (string | HTMLElement)[] {
    if (stream === 'stdout') return [text];
    const names = this.options
      .files()
      .map((name) => name.replace(/[.]/g, '\\.'))
      .join('|');
    const place = new RegExp(`(?<![\\w./-])(${names})(?::|", line |: line )(\\d+)`, 'g');
    const parts: (string | HTMLElement)[] = [];
    let at = 0;
    for (const match of text.matchAll(place)) {
      const button = element('button', 'place', match[0]);
      button.setAttribute('type', 'button');
      button.title = 'Go to this line';
      button.addEventListener('click', () => this.options.onPlace(String(match[1]), Number(match[2])));
      parts.push(text.slice(at, match.index), button);
      at = match.index + match[0].length;
    }
    return [...parts, text.slice(at)];
  }

  private setState(tone: string, text: string): void {
    this.state.dataset.runState = tone;
    this.state.textContent = text;
  }
}

function responseBody(body: string): HTMLElement {
  const details = element('details', '');
  details.append(element('summary', '', 'Response'), element('pre', '', prettyJson(body)));
  return details;
}

function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function element(tag: string, className: string, text?: string): HTMLElement {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function find(root: HTMLElement, selector: string): HTMLElement {
  const found = root.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The sandbox has no ${selector}.`);
  return found;
}
