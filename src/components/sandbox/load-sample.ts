import { assembleSample, type LoadedSample } from '../../../sandbox/sample.ts';

const files = import.meta.glob<string>('/sandbox/samples/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** A sample by its folder's name, when the docs are built. Throws SampleManifestError with what to mend. */
export function loadSample(name: string): LoadedSample {
  const root = `/sandbox/samples/${name}/`;
  const own = Object.entries(files).filter(([path]) => path.startsWith(root));
  return assembleSample(name, Object.fromEntries(own.map(([path, text]) => [path.slice(root.length), text])));
}
