import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type OnboardingPath, parsePath } from '../../features/milestones/path-schema.ts';

/** The path's words as the pages are built with; the server reads the same file for the same words. */
export function pathWords(): OnboardingPath {
  return parsePath(parse(readFileSync('content/onboarding/goals.yaml', 'utf8')));
}
