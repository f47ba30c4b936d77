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
