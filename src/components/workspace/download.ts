import { strToU8, zipSync } from 'fflate';
import type { SampleFile } from '../../../sandbox/engine.ts';
import type { SampleLanguage } from '../../../sandbox/sample.ts';
import sdk from '../../../sandbox/sdk/relay.ts?raw';
import { starterFiles } from '../../../sandbox/starter.ts';
import type { RunnableSample } from '../sandbox/run.ts';

/** A sample with what a copy of it on another machine has to know. */
export interface TakeableSample extends RunnableSample {
  language: SampleLanguage['id'];
  title: string;
  command: string;
}

/**
 * The files as they stand in the editor, as a project. No key is in there: the reader puts one into `.env`.
 * @param apiOrigin such as `http://localhost:4321`
 */
export function zipFiles(
  sample: TakeableSample,
  files: SampleFile[],
  apiOrigin: string,
): Uint8Array<ArrayBuffer> {
  const { name, title, env, entry, command, language } = sample;
  const paths = files.map(({ path }) => path);
  const project = starterFiles(
    { name, title, env },
    { id: language, label: '', folder: name, entry, command, files: paths, texts: files },
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
