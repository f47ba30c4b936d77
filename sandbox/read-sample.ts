import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assembleSample, type LoadedSample } from './sample.ts';

const SAMPLES = fileURLToPath(new URL('./samples', import.meta.url));

/** The names of all samples, each a folder with a `sample.yaml`. */
export function sampleNames(root = SAMPLES): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Reads a sample from disk, for scripts and tests; pages take the same files through the bundler. */
export function readSample(name: string, root = SAMPLES): LoadedSample {
  return assembleSample(name, readFolder(join(root, name)));
}

/** Relay's SDK as text, for what ships it. */
export function readSdk(): string {
  return readFileSync(new URL('./sdk/relay.ts', import.meta.url), 'utf8');
}

/** The text of every file below a folder, by its relative path with forward slashes. */
export function readFolder(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path).split(sep).join('/'), readFileSync(path, 'utf8')];
    }),
  );
}
