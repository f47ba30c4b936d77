import type { StarlightExpressiveCodeOptions } from '@astrojs/starlight/expressive-code';
import { ExpressiveCodeTheme } from '@astrojs/starlight/expressive-code';

interface Inks {
  type: 'light' | 'dark';
  paper: string;
  ink: string;
  soft: string;
  /** Values in the code: strings, numbers. The only tint, so that data stands out from structure. */
  value: string;
  line: string;
}

/** Code in Ledger is ink too: structure by weight, comments softer, values in one quiet tint. */
function codeTheme(inks: Inks): ExpressiveCodeTheme {
  return new ExpressiveCodeTheme({
    name: `ledger-${inks.type}`,
    type: inks.type,
    colors: {
      'editor.background': inks.paper,
      'editor.foreground': inks.ink,
      'editor.selectionBackground': inks.line,
      'terminal.background': inks.paper,
    },
    settings: [
      { settings: { foreground: inks.ink, background: inks.paper } },
      { scope: ['comment', 'punctuation.definition.comment'], settings: { foreground: inks.soft } },
      {
        scope: ['string', 'constant.numeric', 'constant.language', 'constant.other'],
        settings: { foreground: inks.value },
      },
      { scope: ['keyword', 'storage'], settings: { fontStyle: 'bold' } },
      // Keys of YAML and JSON are structure, although grammars call them strings.
      { scope: ['entity.name.tag', 'support.type.property-name'], settings: { foreground: inks.ink } },
      { scope: ['keyword.operator', 'storage.type.function.arrow'], settings: { fontStyle: '' } },
    ],
  });
}

const dark: Inks = {
  type: 'dark',
  paper: '#1b1d1f',
  ink: '#eeedea',
  soft: '#a9adb2',
  value: '#b9cbe0',
  line: '#303337',
};
const light: Inks = {
  type: 'light',
  paper: '#f3f3ef',
  ink: '#17191b',
  soft: '#5b5f65',
  value: '#2f4f73',
  line: '#dcdcd6',
};

/** Code blocks of the docs; the colours are those of `theme.css`, which the highlighter needs as plain hex. */
export const codeBlocks: StarlightExpressiveCodeOptions = {
  themes: [codeTheme(dark), codeTheme(light)],
  useStarlightUiThemeColors: false,
  styleOverrides: {
    borderRadius: '4px',
    borderColor: 'var(--fc-line)',
    codeFontFamily: 'var(--fc-mono)',
    codeFontSize: 'var(--fc-text-small)',
    codeLineHeight: '1.6',
    uiFontFamily: 'var(--fc-sans)',
    frames: {
      frameBoxShadowCssValue: 'none',
      editorActiveTabIndicatorTopColor: 'transparent',
      editorActiveTabIndicatorBottomColor: 'transparent',
      editorTabBarBackground: 'var(--fc-paper)',
      editorActiveTabBackground: 'var(--fc-paper)',
      editorActiveTabForeground: 'var(--fc-ink-soft)',
      editorTabBarBorderBottomColor: 'var(--fc-line)',
      editorActiveTabBorderColor: 'transparent',
      terminalTitlebarBackground: 'var(--fc-paper)',
      terminalTitlebarForeground: 'var(--fc-ink-soft)',
      terminalTitlebarBorderBottomColor: 'var(--fc-line)',
      terminalTitlebarDotsOpacity: '0',
    },
  },
};
