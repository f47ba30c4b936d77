import type { ITheme } from '@xterm/xterm';

/** The sixteen colours that programs may ask for, out of the page's few. */
export function terminalTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const [paper, ink, soft] = [colour('--fc-paper'), colour('--fc-ink'), colour('--fc-ink-soft')];
  const [red, green, yellow] = [colour('--fc-fail'), colour('--fc-observed'), colour('--fc-wait')];
  const isDark = document.documentElement.dataset.theme !== 'light';
  const blue = isDark ? '#b9cbe0' : '#2f4f73';
  return {
    background: paper,
    foreground: ink,
    cursor: ink,
    cursorAccent: paper,
    selectionBackground: colour('--fc-line'),
    black: isDark ? soft : ink,
    red,
    green,
    yellow,
    blue,
    magenta: blue,
    cyan: blue,
    white: isDark ? ink : soft,
    brightBlack: soft,
    brightRed: red,
    brightGreen: green,
    brightYellow: yellow,
    brightBlue: blue,
    brightMagenta: blue,
    brightCyan: blue,
    brightWhite: ink,
    scrollbarSliderBackground: colour('--fc-line'),
    scrollbarSliderHoverBackground: colour('--fc-line-strong'),
    scrollbarSliderActiveBackground: colour('--fc-line-strong'),
  };
}
