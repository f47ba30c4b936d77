import { FitAddon } from '@xterm/addon-fit';
import { Terminal as Xterm } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Terminal, TerminalProgram, TerminalSize } from '../../../sandbox/engine.ts';
import { terminalTheme } from './terminal-theme.ts';

/** Bright black, which the theme makes the page's own soft ink: faint text would be too faint. */
const SOFT = '\x1b[90m';
const RED = '\x1b[31m';
const PLAIN = '\x1b[0m';

/** The screen that programs write to, and the way from the keyboard to them. */
export class TerminalView implements Terminal {
  private readonly xterm: Xterm;
  private program: TerminalProgram | null = null;

  /** @param onInterrupt Ctrl+C, when nothing is selected and no program takes it */
  constructor(host: HTMLElement, onInterrupt: () => void) {
    this.xterm = new Xterm({
      convertEol: true,
      disableStdin: true,
      fontFamily: getComputedStyle(host).getPropertyValue('--fc-mono') || 'monospace',
      fontSize: 13,
      lineHeight: 1.4,
      scrollback: 20_000,
      screenReaderMode: true,
      minimumContrastRatio: 4.5,
      theme: terminalTheme(),
    });
    const fit = new FitAddon();
    this.xterm.loadAddon(fit);
    this.xterm.open(host);
    this.xterm.onData((data) => this.program?.write(data));
    this.xterm.attachCustomKeyEventHandler((event) => this.mayTake(event, onInterrupt));
    const resize = () => {
      if (host.clientWidth === 0) return;
      fit.fit();
      this.program?.resize(this.size);
    };
    new ResizeObserver(resize).observe(host);
    new MutationObserver(() => {
      this.xterm.options.theme = terminalTheme();
    }).observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  }

  get size(): TerminalSize {
    return { cols: this.xterm.cols, rows: this.xterm.rows };
  }

  attach(program: TerminalProgram | null): void {
    this.program = program;
    this.xterm.options.disableStdin = program === null;
  }

  clear(): void {
    this.xterm.reset();
  }

  write(text: string): void {
    this.xterm.write(text);
  }

  writeError(text: string): void {
    this.xterm.write(`${RED}${text}${PLAIN}`);
  }

  /** What the page itself has to say, on a line of its own. */
  say(text: string): void {
    const startsLine = this.xterm.buffer.active.cursorX === 0;
    this.xterm.write(`${startsLine ? '' : '\n'}${SOFT}${text}${PLAIN}\n`);
  }

  /** Resolves when everything written so far is on the screen. */
  settled(): Promise<void> {
    return new Promise((resolve) => this.xterm.write('', resolve));
  }

  private mayTake(event: KeyboardEvent, onInterrupt: () => void): boolean {
    // Tab leads out, as everywhere on the page; Ctrl+Enter runs.
    if (event.key === 'Tab' || (event.key === 'Enter' && (event.ctrlKey || event.metaKey))) return false;
    const isInterrupt = event.key.toLowerCase() === 'c' && event.ctrlKey && event.type === 'keydown';
    if (isInterrupt && this.xterm.hasSelection()) return false;
    if (isInterrupt && !this.program) onInterrupt();
    return true;
  }
}
