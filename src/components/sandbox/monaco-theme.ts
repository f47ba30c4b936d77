import type { editor } from 'monaco-editor/editor';

type Themes = Pick<typeof editor, 'defineTheme' | 'setTheme'>;

/** Gives the editor the page's own colours, now and whenever the reader changes the page's theme. */
export function applyTheme(themes: Themes): void {
  const root = document.documentElement;
  const apply = () => {
    const style = getComputedStyle(root);
    const colour = (name: string, fallback: string) => toHex(style.getPropertyValue(name).trim() || fallback);
    const isDark = root.dataset.theme !== 'light';
    const name = isDark ? 'firstcall-dark' : 'firstcall-light';
    const ink = colour('--fc-ink', isDark ? '#eeedea' : '#17191b');
    const soft = colour('--fc-ink-soft', isDark ? '#a9adb2' : '#55595f');
    const paper = colour('--fc-paper', isDark ? '#131415' : '#fbfbf9');
    const raised = colour('--fc-paper-raised', isDark ? '#1b1d1f' : '#f3f3ef');
    const line = colour('--fc-line', isDark ? '#303337' : '#dcdcd6');
    const value = isDark ? '#b9cbe0' : '#2f4f73';
    const rule = (token: string, foreground: string, fontStyle = '') => ({
      token,
      foreground: foreground.slice(1),
      fontStyle,
    });
    themes.defineTheme(name, {
      base: isDark ? 'vs-dark' : 'vs',
      inherit: false,
      rules: [
        rule('', ink),
        rule('comment', soft),
        rule('string', value),
        rule('number', value),
        rule('regexp', value),
        rule('keyword', ink, 'bold'),
      ],
      colors: {
        'editor.background': paper,
        'editor.foreground': ink,
        'editorLineNumber.foreground': soft,
        'editorLineNumber.activeForeground': ink,
        'editorCursor.foreground': ink,
        'editor.selectionBackground': line,
        'editor.inactiveSelectionBackground': line,
        'editorWidget.background': raised,
        'editorWidget.border': line,
        'editorSuggestWidget.selectedBackground': line,
        'editorHoverWidget.background': raised,
        'scrollbarSlider.background': line,
        'scrollbarSlider.hoverBackground': soft,
        'scrollbarSlider.activeBackground': soft,
        'scrollbar.shadow': paper,
        focusBorder: ink,
      },
    });
    themes.setTheme(name);
  };
  apply();
  new MutationObserver(apply).observe(root, { attributes: true, attributeFilter: ['data-theme'] });
}

/** The editor takes six-digit colours only. */
function toHex(colour: string): string {
  if (/^#[0-9a-f]{6}$/i.test(colour)) return colour;
  const context = document.createElement('canvas').getContext('2d');
  if (!context) return '#808080';
  context.fillStyle = colour;
  return /^#[0-9a-f]{6}$/i.test(context.fillStyle) ? context.fillStyle : '#808080';
}
