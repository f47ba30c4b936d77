import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { filesHash, type Place, proof } from '../../sandbox/proof.ts';
import type { LoadedSample } from '../../sandbox/sample.ts';

const FILE = fileURLToPath(new URL('../../sandbox/verified.json', import.meta.url));
const WEEK_MS = 7 * 86_400_000;

/**
 * Keeps how a run went for the docs to show. A result that says the same as the one before only renews its date once
 * a week, so that running the tests does not change the tree each day.
 */
export function noteProof(
  sample: LoadedSample,
  language: LoadedSample['languages'][number],
  place: Place,
  differences: string[],
): void {
  const known = proof.parse(existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : {});
  const files = filesHash(language);
  const before = known[sample.name]?.[language.id]?.[place];
  const same = before?.files === files && before.differences.join() === differences.join();
  if (same && Date.now() - Date.parse(before.on) < WEEK_MS) return;
  const languages = { ...known[sample.name] };
  const run = { files, on: new Date().toISOString().slice(0, 10), differences };
  languages[language.id] = { ...languages[language.id], [place]: run };
  known[sample.name] = sorted(languages);
  writeFileSync(FILE, `${JSON.stringify(sorted(known), null, 2)}\n`);
}

/** A language that failed is hidden from the pages; before they are tested again it has to be on them. */
export function forgetFailures(): void {
  if (!existsSync(FILE)) return;
  const known = proof.parse(JSON.parse(readFileSync(FILE, 'utf8')));
  const passed = Object.entries(known).map(([name, languages]) => [
    name,
    Object.fromEntries(
      Object.entries(languages).filter(([, runs]) =>
        Object.values(runs).every((run) => run?.differences.length === 0),
      ),
    ),
  ]);
  const text = `${JSON.stringify(Object.fromEntries(passed), null, 2)}\n`;
  if (text !== readFileSync(FILE, 'utf8')) writeFileSync(FILE, text);
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => a.localeCompare(b)));
}
