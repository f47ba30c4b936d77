import type { SampleFile } from '../../../sandbox/engine.ts';

/** Edited code of one sample in this browser; code only, never a key. Without storage, nothing is kept. */
export class CodeStore {
  private readonly key: string;
  private readonly originals: ReadonlyMap<string, string>;

  constructor(name: string, originals: SampleFile[]) {
    this.key = storageKey(name);
    this.originals = new Map(originals.map(({ path, text }) => [path, text]));
  }

  /** The files as the reader left them. A file that the sample no longer has is not brought back. */
  load(): SampleFile[] {
    const edited = this.read();
    return Array.from(this.originals, ([path, text]) => ({ path, text: edited[path] ?? text }));
  }

  save(files: SampleFile[]): void {
    const edited = files.filter(({ path, text }) => this.originals.get(path) !== text);
    try {
      if (edited.length === 0) localStorage.removeItem(this.key);
      else
        localStorage.setItem(
          this.key,
          JSON.stringify(Object.fromEntries(edited.map((f) => [f.path, f.text]))),
        );
    } catch {
      // Full or forbidden: the code is still in the editor.
    }
  }

  originalFiles(): SampleFile[] {
    return Array.from(this.originals, ([path, text]) => ({ path, text }));
  }

  private read(): Record<string, string> {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(this.key) ?? '{}');
      if (typeof stored !== 'object' || stored === null) return {};
      return Object.fromEntries(Object.entries(stored).filter(([, text]) => typeof text === 'string'));
    } catch {
      return {};
    }
  }
}

const storageKey = (name: string) => `firstcall:code:${name}`;
