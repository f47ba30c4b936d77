import { type Import, parse } from 'es-module-lexer/js';
import { transform } from 'sucrase';
import type { SampleError, SampleFile } from '../../engine.ts';

/** A mistake in the sample that stops it before it starts; the message is a sentence for the reader. */
export class SampleFault extends Error {
  readonly place: Omit<SampleError, 'message'>;
  constructor(message: string, place: Omit<SampleError, 'message'>) {
    super(message);
    this.place = place;
  }
}

export interface SourceFile {
  path: string;
  /** JavaScript with every line where it was in the reader's text. */
  code: string;
  imports: readonly Import[];
}

/** Removes the types of one file and finds its imports. Throws SampleFault for what cannot be read. */
export function readSource({ path, text }: SampleFile): SourceFile {
  if (path.endsWith('.json')) return { path, code: readJson(path, text), imports: [] };
  if (!/\.[cm]?[jt]s$/.test(path)) {
    throw new SampleFault(`${path} is not a JavaScript, TypeScript or JSON file, so it cannot be imported.`, {
      file: path,
    });
  }
  const code = stripTypes(path, text);
  try {
    return { path, code, imports: parse(code, path)[0] };
  } catch (error) {
    const line = lineAt(code, (error as { idx?: number }).idx ?? 0);
    throw new SampleFault('SyntaxError: the import or export on this line cannot be read.', {
      file: path,
      line,
    });
  }
}

function stripTypes(path: string, text: string): string {
  try {
    const options = { disableESTransforms: true, filePath: path };
    const isTypeScript = /\.[cm]?ts$/.test(path);
    // Unused imports stay, because Node leaves them too when it strips types.
    return transform(text, {
      ...options,
      transforms: isTypeScript ? ['typescript'] : [],
      keepUnusedImports: true,
    }).code;
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    const reason = message.replace(/^Error transforming .*?: /, '').replace(/ \(\d+:\d+\)$/, '');
    // Sucrase counts columns from 1 already.
    throw new SampleFault(`SyntaxError: ${reason}`, {
      file: path,
      ...(loc ? { line: loc.line, column: loc.column } : {}),
    });
  }
}

function readJson(path: string, text: string): string {
  try {
    return `export default ${JSON.stringify(JSON.parse(text))};`;
  } catch (error) {
    throw new SampleFault(`${path} is not valid JSON: ${(error as Error).message}`, { file: path });
  }
}

/** The line, counted from 1, on which an offset lies. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
