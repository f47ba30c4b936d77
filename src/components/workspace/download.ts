import { strToU8, zipSync } from 'fflate';
import type { SampleFile } from '../../../sandbox/engine.ts';
import type { SampleLanguage } from '../../../sandbox/sample.ts';
import sdk from '../../../sandbox/sdk/relay.ts?raw';
import { starterFiles } from '../../../sandbox/starter.ts';
import type { RunnableSample } from '../sandbox/run.ts';

/**
 * The files as they stand in the editor, as a project. No key is in there: the reader puts one into `.env`.
 * @param apiOrigin such as `http://localhost:4321`
 */
export function zipFiles(
  sample: Pick<RunnableSample, 'name' | 'env'> & { title: string },
  language: Pick<SampleLanguage, 'id' | 'entry' | 'command'>,
  files: SampleFile[],
  apiOrigin: string,
): Uint8Array<ArrayBuffer> {
  const { name } = sample;
  const paths = files.map(({ path }) => path);
  const project = starterFiles(
    sample,
    { ...language, label: '', folder: name, files: paths, texts: files },
    { api_origin: apiOrigin, api_key: 'YOUR_TEST_KEY' },
    sdk,
  );
  return zipSync(Object.fromEntries(project.map(({ path, text }) => [`${name}/${path}`, strToU8(text)])));
}

export function save(bytes: Uint8Array<ArrayBuffer>, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
