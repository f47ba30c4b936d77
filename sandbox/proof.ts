import { z } from 'zod';
import type { LoadedSample } from './sample.ts';

/** Where a language of a sample has to work before it counts as verified. */
export const PLACES = ['machine', 'page'] as const;
export type Place = (typeof PLACES)[number];

const run = z.strictObject({
  /** The files that were run (see `filesHash`): after an edit the result speaks of something else. */
  files: z.string(),
  /** The day it was last seen, in UTC. */
  on: z.iso.date(),
  /** What was wrong; empty when nothing was. */
  differences: z.array(z.string()),
});
export type ProofRun = z.infer<typeof run>;

/** `sandbox/verified.json`: by sample, language and place, how the last run of the tests went. */
export const proof = z.record(z.string(), z.record(z.string(), z.partialRecord(z.enum(PLACES), run)));
export type Proof = z.infer<typeof proof>;

export type Standing =
  | { state: 'verified'; on: string }
  /** Not run since its files were changed, or not in both places. */
  | { state: 'unproven' }
  /** Run as it stands, and it did not do what it promises. */
  | { state: 'broken'; place: Place; differences: string[] };

type Language = LoadedSample['languages'][number];

/** How a language of a sample stands, by the last runs of exactly these files. */
export function standingOf(proofs: Proof, sample: string, language: Language): Standing {
  const files = filesHash(language);
  const runs = PLACES.map((place) => ({ place, run: proofs[sample]?.[language.id]?.[place] })).filter(
    (found): found is { place: Place; run: ProofRun } => found.run?.files === files,
  );
  const broken = runs.find((found) => found.run.differences.length > 0);
  if (broken) return { state: 'broken', place: broken.place, differences: broken.run.differences };
  if (runs.length < PLACES.length) return { state: 'unproven' };
  const days = runs.map((found) => found.run.on).sort();
  return { state: 'verified', on: days[0] ?? '' };
}

/** Tells edited files from those that were run; FNV-1a over 64 bits, because pages have no node:crypto. */
export function filesHash({ texts, entry, command }: Language): string {
  const text = JSON.stringify([entry, command, texts]);
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
