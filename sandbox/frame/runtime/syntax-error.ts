import { transform } from 'sucrase';
import type { SampleError } from '../../engine.ts';
import type { Linked } from './link.ts';
import { SampleFault, type SourceFile } from './source-file.ts';
import { mapMessage, mapStack } from './stack.ts';

/** The browser refused a module before anything of the sample ran. */
export class CompileError extends Error {}

/** Runs the sample's first file. Rejects with CompileError, or with what the program threw. */
export async function importEntry({ entryUrl, fileOf }: Linked): Promise<void> {
  try {
    await import(/* @vite-ignore */ entryUrl);
  } catch (error) {
    // An error that was thrown by running code knows its place; one from compiling does not.
    const isCompileError = error instanceof SyntaxError && !mapStack(error.stack ?? '', fileOf).top;
    throw isCompileError ? new CompileError(error.message) : error;
  }
}

/** Finds the file and the line that the browser did not name, as far as they can be found. */
export async function explainCompileError(
  { message }: CompileError,
  { fileOf, sources }: Linked,
): Promise<SampleFault> {
  const mapped = mapMessage(message, fileOf);
  const found = locateMissingExport(mapped, sources.values()) ?? (await locateSyntaxError(sources.values()));
  return new SampleFault(found?.message ?? `SyntaxError: ${mapped}`, found ?? {});
}

/**
 * A browser does not say where a module's syntax error is, but an ErrorEvent does for code that a timer starts. So
 * each file is compiled that way, inside a function that nobody calls. Undefined when no file is at fault.
 */
async function locateSyntaxError(sources: Iterable<SourceFile>): Promise<SampleError | undefined> {
  for (const { path, code } of sources) {
    const plain = transform(code, { transforms: ['imports'], disableESTransforms: true }).code;
    const found = await compile(`(async()=>{${plain}\n})`);
    if (found) return { message: found.message, file: path, line: found.line };
  }
  return undefined;
}

const nativeSetTimeout = globalThis.setTimeout.bind(globalThis) as (task: TimerHandler, ms: number) => number;

function compile(code: string): Promise<{ message: string; line: number } | undefined> {
  return new Promise((resolve) => {
    const onError = (event: ErrorEvent) => {
      event.preventDefault();
      event.stopImmediatePropagation();
      finish({ message: event.message.replace(/^Uncaught /, ''), line: event.lineno });
    };
    const finish = (result?: { message: string; line: number }) => {
      removeEventListener('error', onError, true);
      resolve(result);
    };
    addEventListener('error', onError, true);
    nativeSetTimeout(code, 0);
    // Timers of one delay fire in the order they were set.
    nativeSetTimeout(() => finish(), 0);
  });
}

/** `… does not provide an export named 'x'` carries no place either: it is the import that asks for it. */
function locateMissingExport(message: string, sources: Iterable<SourceFile>): SampleError | undefined {
  const name = /export named '([^']+)'/.exec(message)?.[1];
  if (!name) return undefined;
  for (const { path, code, imports } of sources) {
    for (const found of imports) {
      const statement = code.slice(found.importStart, found.importEnd);
      if (found.type !== 'static' || !new RegExp(`\\b${name.replace(/\$/g, '\\$')}\\b`).test(statement))
        continue;
      const line = code.slice(0, found.start).split('\n').length;
      const advice = 'If it is a type, write `import type`.';
      return {
        message: `SyntaxError: '${found.specifier}' has no export named '${name}'. ${advice}`,
        file: path,
        line,
      };
    }
  }
  return undefined;
}
