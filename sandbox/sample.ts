import { parse } from 'yaml';
import { z } from 'zod';

const fileName = z
  .string()
  .regex(/^[\w-]+(?:[./][\w-]+)*$/, 'must be a relative path of letters, digits, dots, dashes and slashes');
const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']);

/** One way to write the sample: a folder of files and the command that runs it on a reader's machine. */
export const sampleLanguage = z.strictObject({
  id: z.enum(['typescript', 'javascript', 'curl', 'python']),
  label: z.string().min(1),
  folder: fileName,
  entry: fileName,
  /** In the order of the tabs. */
  files: z.array(fileName).min(1),
  command: z.string().min(1),
});
export type SampleLanguage = z.infer<typeof sampleLanguage>;

const pattern = z.string().refine(isPattern, 'must be a regular expression');

function isPattern(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

/** `sample.yaml`: what a sample is, and what the tests hold it to. */
export const sampleManifest = z.strictObject({
  title: z.string().min(1),
  summary: z.string().min(1),
  languages: z.array(sampleLanguage).min(1),
  /** Names of environment variables, and what the portal puts into each. */
  env: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.enum(['api_origin', 'api_key'])),
  recorded: fileName,
  expect: z.strictObject({
    exit_code: z.int().min(0).max(255),
    /** A regular expression for what is printed: one for all languages, or one each. */
    output: z.union([pattern, z.partialRecord(sampleLanguage.shape.id, pattern)]).default({}),
    /** `{id}` in a path stands for any identifier; the query counts where one is given. */
    requests: z.array(z.strictObject({ method, path: z.string().startsWith('/'), status: z.int() })),
  }),
});
export type SampleManifest = z.infer<typeof sampleManifest>;

/** A run as it happened, before the page was made. */
export const recordedRun = z.strictObject({
  recorded_at: z.iso.datetime(),
  language: sampleLanguage.shape.id,
  exit_code: z.int(),
  duration_ms: z.number(),
  stdout: z.string(),
  stderr: z.string(),
  requests: z.array(
    z.strictObject({
      method,
      path: z.string(),
      status: z.int(),
      duration_ms: z.number(),
      /** The answer's body as it came, at most 4,000 characters of it. */
      body: z.string().max(4_000),
    }),
  ),
});
export type RecordedRun = z.infer<typeof recordedRun>;

/** A sample with everything a page needs to show it. */
export interface LoadedSample extends Omit<SampleManifest, 'recorded' | 'languages'> {
  name: string;
  languages: (SampleLanguage & { texts: { path: string; text: string }[] })[];
  recorded: RecordedRun;
}

/** What an author has to mend; the message names the file. */
export class SampleManifestError extends Error {}

/**
 * Puts a sample together from its files.
 * @param files the text of each file by its path below the sample's folder
 * @throws SampleManifestError for a manifest that does not hold together
 */
export function assembleSample(name: string, files: Readonly<Record<string, string>>): LoadedSample {
  const read = (path: string) => {
    const text = files[path];
    if (text !== undefined) return text;
    const there = Object.keys(files).join(', ') || 'none';
    throw new SampleManifestError(`sandbox/samples/${name}/${path} is missing. The files there: ${there}.`);
  };
  const check = <S extends z.ZodType>(schema: S, path: string, value: unknown): z.infer<S> => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new SampleManifestError(`sandbox/samples/${name}/${path}:\n${z.prettifyError(parsed.error)}`);
  };

  const { recorded, languages, ...rest } = check(sampleManifest, 'sample.yaml', parse(read('sample.yaml')));
  return {
    ...rest,
    name,
    recorded: check(recordedRun, recorded, JSON.parse(read(recorded))),
    languages: languages.map((language) => {
      if (!language.files.includes(language.entry)) {
        throw new SampleManifestError(
          `sandbox/samples/${name}/sample.yaml: ${language.id} starts ${language.entry}, which is not among its files.`,
        );
      }
      const texts = language.files.map((path) => ({ path, text: read(`${language.folder}/${path}`) }));
      return { ...language, texts };
    }),
  };
}
