import { assembleSample, type LoadedSample } from '../../../sandbox/sample.ts';

const ROOT = '/sandbox/samples/';

/** Every file of every sample as text, by its path below `sandbox/samples`. Read when the docs are built. */
const files = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>('/sandbox/samples/**/*', { query: '?raw', import: 'default', eager: true }),
  ).map(([path, text]) => [path.slice(ROOT.length), text]),
);

/** The text of one sample file without its last line break. Throws with the files there are. */
export function sampleFile(path: string): string {
  const text = files[path];
  if (text === undefined) {
    throw new Error(`There is no sandbox/samples/${path}. There are: ${Object.keys(files).join(', ')}.`);
  }
  return text.replace(/\n+$/, '');
}

/** A sample as its manifest describes it. Throws SampleManifestError with what has to be mended. */
export function loadSample(name: string): LoadedSample {
  const own = Object.entries(files).filter(([path]) => path.startsWith(`${name}/`));
  // TEMPORARY until recorded.json is committed
  const stub = {
    'recorded.json':
      '{"recorded_at":"2026-11-21T09:30:00.000Z","language":"typescript","exit_code":0,"duration_ms":1,"stdout":"","stderr":"","requests":[]}',
  };
  return assembleSample(name, {
    ...stub,
    ...Object.fromEntries(own.map(([path, text]) => [path.slice(name.length + 1), text])),
  });
}
