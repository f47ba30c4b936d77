import { type Proof, proof, type Standing, standingOf } from '../../../sandbox/proof.ts';
import { assembleSample, type LoadedSample, SampleManifestError } from '../../../sandbox/sample.ts';

const files = import.meta.glob<string>('/sandbox/samples/**/*', {
  query: '?raw',
  import: 'default',
  eager: true,
});
/** What the tests last found, written by them. */
const results = import.meta.glob<object>('/sandbox/verified.json', { import: 'default', eager: true });
const proofs: Proof = proof.parse(results['/sandbox/verified.json'] ?? {});

const reported = new Set<string>();

/** A sample with the languages that a reader may be shown, and how each of them stands. */
export interface ShownSample extends Omit<LoadedSample, 'languages'> {
  languages: (LoadedSample['languages'][number] & { standing: Standing })[];
}

/**
 * A sample by its folder's name, when the docs are built. A language that the tests found broken is left out, and the
 * author is told; one that was edited since is shown without a mark. Throws SampleManifestError with what to mend.
 */
export function loadSample(name: string): ShownSample {
  const root = `/sandbox/samples/${name}/`;
  const own = Object.entries(files).filter(([path]) => path.startsWith(root));
  const sample = assembleSample(
    name,
    Object.fromEntries(own.map(([path, text]) => [path.slice(root.length), text])),
  );
  const languages = sample.languages
    .map((language) => ({ ...language, standing: standingOf(proofs, name, language) }))
    .filter((language) => !isBroken(name, language));
  if (languages.length > 0) return { ...sample, languages };
  throw new SampleManifestError(
    `sandbox/samples/${name}: no language of it does what it promises. Mend one and run npm test.`,
  );
}

/** Tells the author once per build. */
function isBroken(name: string, { standing, folder, entry }: ShownSample['languages'][number]): boolean {
  if (standing.state !== 'broken') return false;
  const path = `sandbox/samples/${name}/${folder}/${entry}`;
  const place = standing.place === 'page' ? 'in the page' : 'on a machine of its own';
  if (!reported.has(path)) {
    console.warn(
      // On a line of its own: the build writes its progress without ending the line.
      `\n${path}: hidden from readers, because it failed ${place}. ${standing.differences.join(' ')}`,
    );
  }
  reported.add(path);
  return true;
}
