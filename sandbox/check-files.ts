import type { Sample, SampleError } from './engine.ts';
import { byteLength } from './output-limit.ts';

const MAX_FILE_BYTES = 1_000_000;
const MAX_FILES = 100;
const PATH = /^[\w-]+(?:[./][\w-]+)*$/;

/** What no engine should be given, whoever made it; a sentence for the reader with the file, or null. */
export function checkFiles({ entry, files }: Pick<Sample, 'entry' | 'files'>): SampleError | null {
  if (!files.some(({ path }) => path === entry)) return { message: `The sample has no file ${entry}.` };
  if (files.length > MAX_FILES)
    return { message: `The sample has ${files.length} files, and may have ${MAX_FILES}.` };
  for (const { path, text } of files) {
    const file = path.slice(0, 200);
    if (path.length > 200 || !PATH.test(path)) {
      const message = `'${file}' cannot be the name of a file here: names are made of letters, digits, dots, dashes and slashes, and stay inside the sample.`;
      return { message, file };
    }
    const bytes = byteLength(text);
    if (bytes <= MAX_FILE_BYTES) continue;
    const size = (bytes / 1_000_000).toFixed(1);
    return { message: `${file} has ${size} MB; a file of a sample may have 1 MB.`, file };
  }
  return null;
}
