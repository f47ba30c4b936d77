import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { differences } from '../../sandbox/expectations.ts';
import { readSample, sampleNames } from '../../sandbox/read-sample.ts';
import { startRecorder } from '../../sandbox/recorder.ts';
import { startPortal } from '../support/portal.ts';
import { missingFor, runStarter } from '../support/run-starter.ts';
import { noteProof } from '../support/sample-proof.ts';

// A broken quickstart cannot ship: every sample in every language, as the reader is given it, makes its calls through
// the real gateway on this machine's own node, python3 and curl.

const cases = sampleNames()
  .map((name) => readSample(name))
  .flatMap((sample) =>
    sample.languages.map((language) => ({
      sample,
      language,
      missing: missingFor(language),
      title: `${sample.name} in ${language.label}`,
    })),
  );

describe('every sample, as a project of its own,', () => {
  for (const { sample, language, missing, title } of cases) {
    test.skipIf(missing !== undefined)(`${title} does what it promises`, async () => {
      const { url, issueKey, clock } = await startPortal('SQLite');
      // A receiver looks at its own clock to tell whether a delivery is old.
      clock.now = Date.now();
      const { secret } = await issueKey();
      const recorder = await startRecorder(url);
      onTestFinished(() => recorder.close());
      const settings = { api_origin: recorder.origin, api_key: secret };
      const { exitCode, stdout, stderr } = await runStarter(sample, language, settings);
      const found = differences(sample.expect, language.id, {
        exitCode,
        stdout,
        requests: recorder.requests,
      });
      noteProof(sample, language, 'machine', found);
      expect({ found, stderr }).toEqual({ found: [], stderr: '' });
    });
  }

  test('the TypeScript one says why when the key is wrong', async () => {
    const { url } = await startPortal('SQLite');
    const sample = readSample('first-call');
    const [typescript] = sample.languages;
    if (!typescript) throw new Error('first-call has no language.');
    const outcome = await runStarter(sample, typescript, { api_origin: url, api_key: 'nonsense' });
    expect(outcome.exitCode).toBe(1);
    expect(outcome.stderr).toMatch(/Error: 401 .+\. .+/);
  });

  afterAll(() => {
    for (const { title, missing } of cases) if (missing) console.warn(`not run: ${title}. ${missing}`);
  });
});
