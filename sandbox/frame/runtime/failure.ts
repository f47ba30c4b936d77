import type { SampleError } from '../../engine.ts';
import { inspect } from './inspect.ts';
import { SampleFault } from './source-file.ts';
import { mapStack } from './stack.ts';

export interface Failure {
  error: SampleError;
  /** What the reader sees of it on stderr. */
  text: string;
}

/** The sample's error as Node would print it, with the sample's files in place of generated addresses. */
export function showError(error: Error, fileOf: ReadonlyMap<string, string>): string {
  return [headline(error), ...mapStack(error.stack ?? '', fileOf).lines].join('\n');
}

/** What ended the program: a mistake before it started, an error, or any other value that was thrown. */
export function describeFailure(thrown: unknown, fileOf: ReadonlyMap<string, string>): Failure {
  if (thrown instanceof SampleFault) {
    const { message, place } = thrown;
    const where = place.file ? `${place.file}${place.line ? `:${place.line}` : ''}: ` : '';
    return { error: { message, ...place }, text: `${where}${message}\n` };
  }
  const text = inspect(thrown, (error) => showError(error, fileOf));
  if (!(thrown instanceof Error))
    return { error: { message: `Uncaught ${text}` }, text: `Uncaught ${text}\n` };
  const { top } = mapStack(thrown.stack ?? '', fileOf);
  return { error: { message: headline(thrown), ...top }, text: `${text}\n` };
}

function headline(error: Error): string {
  return `${error.name}: ${error.message}`;
}
