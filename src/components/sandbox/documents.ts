import type { SampleFile } from '../../../sandbox/engine.ts';

/** Where a change came from, so that an editor does not answer to its own. */
export type Author = object | null;
type Listener = (path: string, text: string, author: Author) => void;

/** The files as they stand now, whoever edits them. */
export class Documents {
  private readonly texts: Map<string, string>;
  private readonly listeners = new Set<Listener>();

  constructor(files: SampleFile[]) {
    this.texts = new Map(files.map(({ path, text }) => [path, text]));
  }

  get paths(): string[] {
    return [...this.texts.keys()];
  }

  files(): SampleFile[] {
    return Array.from(this.texts, ([path, text]) => ({ path, text }));
  }

  text(path: string): string {
    return this.texts.get(path) ?? '';
  }

  set(path: string, text: string, author: Author): void {
    if (this.texts.get(path) === text) return;
    this.texts.set(path, text);
    for (const listener of this.listeners) listener(path, text, author);
  }

  onChange(listener: Listener): void {
    this.listeners.add(listener);
  }
}

/** A place to edit the documents in. */
export interface CodeEditor {
  show(path: string): void;
  /** Puts the cursor at the start of a line (from 1) and brings it into view. */
  reveal(path: string, line: number): void;
  /** Where the cursor is, when the editor has the focus. */
  cursor(): { offset: number } | null;
  focus(offset?: number): void;
}
