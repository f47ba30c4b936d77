import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { namesAsInstalled } from '../../src/features/intake/reporting-package.ts';

const FOLDER = new URL('../../reporting/', import.meta.url);
const sources = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

// `npx vitest run --config tests/vitest.config.ts tests/reporting/declarations.test.ts -u` writes them anew.
test.each(sources)('the types that are shipped with %s are its own', async (name) => {
  const { outputText, diagnostics } = ts.transpileDeclaration(readFileSync(new URL(name, FOLDER), 'utf8'), {
    fileName: name,
    compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2022 },
  });
  expect(diagnostics?.map(({ messageText }) => messageText)).toEqual([]);
  await expect(namesAsInstalled(outputText)).toMatchFileSnapshot(
    `../../reporting/declarations/${name.replace('.ts', '.d.ts')}`,
  );
});
