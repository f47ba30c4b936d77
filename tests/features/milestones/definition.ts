import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { Definition } from '../../../src/features/milestones/definition.ts';
import { parseDefinition } from '../../../src/features/milestones/definition-schema.ts';
import { createJudge } from '../../../src/features/milestones/milestone-rules.ts';

export const definitionFile = () => parse(readFileSync('content/onboarding/milestones.yaml', 'utf8'));
const body = parseDefinition(definitionFile());

/** What the file of the portal says. */
export const definition: Definition = { version: 1, at: 0, body, judge: createJudge(body) };
