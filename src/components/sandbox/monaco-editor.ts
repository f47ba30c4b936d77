import * as monaco from 'monaco-editor/editor';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import 'monaco-editor/features/bracketMatching/register';
import 'monaco-editor/features/caretOperations/register';
import 'monaco-editor/features/clipboard/register';
import 'monaco-editor/features/codicon/register';
import 'monaco-editor/features/comment/register';
import 'monaco-editor/features/cursorUndo/register';
import 'monaco-editor/features/gotoError/register';
import 'monaco-editor/features/hover/register';
import 'monaco-editor/features/indentation/register';
import 'monaco-editor/features/linesOperations/register';
import 'monaco-editor/features/multicursor/register';
import 'monaco-editor/features/parameterHints/register';
import 'monaco-editor/features/snippet/register';
import 'monaco-editor/features/suggest/register';
import 'monaco-editor/features/toggleTabFocusMode/register';
import 'monaco-editor/features/wordOperations/register';
import 'monaco-editor/languages/definitions/python/register';
import 'monaco-editor/languages/definitions/shell/register';
import 'monaco-editor/languages/definitions/typescript/register';
import * as typescript from 'monaco-editor/languages/features/typescript/register';
import TypeScriptWorker from 'monaco-editor/languages/features/typescript/ts.worker?worker';
import relaySdk from '../../../sandbox/sdk/relay.ts?raw';
import type { CodeEditor, Documents } from './documents.ts';
import { applyTheme } from './monaco-theme.ts';
import { NODE_TYPES } from './node-types.ts';

self.MonacoEnvironment = {
  getWorker: (_module, label) => (label === 'typescript' ? new TypeScriptWorker() : new EditorWorker()),
};

const { typescriptDefaults: defaults } = typescript;
defaults.setCompilerOptions({
  target: typescript.ScriptTarget.ESNext,
  module: typescript.ModuleKind.ESNext,
  moduleResolution: typescript.ModuleResolutionKind.NodeJs,
  moduleDetection: 3,
  allowImportingTsExtensions: true,
  allowNonTsExtensions: true,
  resolveJsonModule: true,
  noEmit: true,
  strict: true,
});
// A sample stands alone, and unknown packages are explained when it runs.
defaults.setDiagnosticsOptions({ diagnosticCodesToIgnore: [1375, 1378] });
defaults.setEagerModelSync(true);
defaults.addExtraLib(NODE_TYPES, 'file:///node-types.d.ts');
defaults.addExtraLib(relaySdk, 'file:///node_modules/relay/index.ts');

/** The large editor: the same documents, with types. One instance shows whichever file is chosen. */
export class MonacoEditor implements CodeEditor {
  private readonly models = new Map<string, monaco.editor.ITextModel>();
  private readonly states = new Map<string, monaco.editor.ICodeEditorViewState | null>();
  private readonly editor: monaco.editor.IStandaloneCodeEditor;
  private shown = '';

  /** @param folder keeps apart what has the same name elsewhere on the page */
  constructor(host: HTMLElement, folder: string, documents: Documents, onRun: () => void) {
    for (const { path, text } of documents.files()) {
      const uri = monaco.Uri.file(`/${folder}/${path}`);
      const model = monaco.editor.getModel(uri) ?? monaco.editor.createModel(text, languageOf(path), uri);
      model.updateOptions(MODEL_OPTIONS);
      model.onDidChangeContent(() => documents.set(path, model.getValue(), this));
      this.models.set(path, model);
    }
    documents.onChange((path, text, author) => {
      // As an edit, so that undo reaches behind a Reset.
      const model = author === this ? undefined : this.models.get(path);
      model?.pushEditOperations([], [{ range: model.getFullModelRange(), text }], () => null);
    });
    applyTheme(monaco.editor);
    this.editor = monaco.editor.create(host, {
      ...OPTIONS,
      fontFamily: getComputedStyle(host).fontFamily,
      model: null,
    });
    this.editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, onRun);
  }

  show(path: string): void {
    const model = this.models.get(path);
    if (!model || path === this.shown) return;
    if (this.shown) this.states.set(this.shown, this.editor.saveViewState());
    this.shown = path;
    this.editor.setModel(model);
    this.editor.restoreViewState(this.states.get(path) ?? null);
    this.editor.updateOptions({ ariaLabel: path });
  }

  reveal(path: string, line: number): void {
    this.show(path);
    this.editor.setPosition({ lineNumber: line, column: 1 });
    this.editor.revealLineInCenterIfOutsideViewport(line);
    this.editor.focus();
  }

  cursor(): { offset: number } | null {
    const position = this.editor.getPosition();
    const model = this.editor.getModel();
    return position && model && this.editor.hasTextFocus() ? { offset: model.getOffsetAt(position) } : null;
  }

  focus(offset?: number): void {
    const model = this.editor.getModel();
    if (model && offset !== undefined) this.editor.setPosition(model.getPositionAt(offset));
    this.editor.focus();
  }
}

function languageOf(path: string): string {
  if (/\.[cm]?[jt]s$/.test(path)) return 'typescript';
  return { py: 'python', sh: 'shell' }[path.split('.').at(-1) ?? ''] ?? 'plaintext';
}

const MODEL_OPTIONS: monaco.editor.ITextModelUpdateOptions = {
  tabSize: 2,
  insertSpaces: true,
  // Colours mean something on this page, and not the depth of a bracket.
  bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false },
};

/** The measures are those of the text it replaces (sandbox.css): nothing may move when it comes. */
const OPTIONS: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fontSize: 13,
  lineHeight: 20,
  padding: { top: 12, bottom: 12 },
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 16,
  glyphMargin: false,
  folding: false,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  overviewRulerBorder: false,
  hideCursorInOverviewRuler: true,
  scrollBeyondLastLine: false,
  scrollbar: { alwaysConsumeMouseWheel: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  renderLineHighlight: 'none',
  guides: { indentation: false },
  matchBrackets: 'near',
  occurrencesHighlight: 'off',
  contextmenu: false,
  // Tab leaves the editor, as it leaves every other part of the page.
  tabFocusMode: true,
  fixedOverflowWidgets: true,
  stickyScroll: { enabled: false },
  unicodeHighlight: { ambiguousCharacters: false },
};
