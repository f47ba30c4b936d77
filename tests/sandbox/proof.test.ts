import { describe, expect, test } from 'vitest';
import { differences } from '../../sandbox/expectations.ts';
import { filesHash, type ProofRun, standingOf } from '../../sandbox/proof.ts';

const python = {
  id: 'python' as const,
  label: 'Python',
  folder: 'python',
  entry: 'main.py',
  files: ['main.py'],
  command: 'python3 main.py',
  texts: [{ path: 'main.py', text: 'print("hi")\n' }],
};
const run = (change: Partial<ProofRun> = {}): ProofRun => ({
  files: filesHash(python),
  on: '2026-11-21',
  differences: [],
  ...change,
});
const standing = (runs: Partial<Record<'machine' | 'page', ProofRun>>) =>
  standingOf({ hello: { python: runs } }, 'hello', python);

describe('a language', () => {
  test('is verified when exactly these files passed in both places, since the earlier day', () => {
    expect(standing({ machine: run(), page: run({ on: '2026-11-20' }) })).toEqual({
      state: 'verified',
      on: '2026-11-20',
    });
  });

  test('is unproven when it ran nowhere, in one place, or was edited since', () => {
    expect(standing({})).toEqual({ state: 'unproven' });
    expect(standing({ machine: run() })).toEqual({ state: 'unproven' });
    expect(standing({ machine: run(), page: run({ files: 'other' }) })).toEqual({ state: 'unproven' });
  });

  test('is broken when it failed anywhere as it stands, and not for what it was before', () => {
    const failed = run({ differences: ['It ended with 1 and should end with 0.'] });
    expect(standing({ machine: run(), page: failed })).toEqual({
      state: 'broken',
      place: 'page',
      differences: failed.differences,
    });
    expect(standing({ machine: run(), page: { ...failed, files: 'other' } })).toEqual({ state: 'unproven' });
  });
});

describe('a run is held to what the manifest promises', () => {
  const expectation = {
    exit_code: 0,
    output: { python: '^sent msg_\\w+$' },
    requests: [
      { method: 'GET' as const, path: '/v1/messages', status: 200 },
      { method: 'DELETE' as const, path: '/v1/things/{id}', status: 204 },
    ],
  };
  const good = {
    exitCode: 0,
    stdout: 'sent msg_1',
    requests: [
      { method: 'GET' as const, path: '/v1/messages?limit=2', status: 200 },
      { method: 'DELETE' as const, path: '/v1/things/t_1', status: 204 },
    ],
  };

  test('and has nothing to be said of it when it keeps that', () => {
    expect(differences(expectation, 'python', good)).toEqual([]);
    expect(differences(expectation, 'curl', { ...good, stdout: 'anything' })).toEqual([]);
  });

  test('and each difference is a sentence', () => {
    expect(
      differences(expectation, 'python', { exitCode: 1, stdout: 'no', requests: good.requests.slice(0, 1) }),
    ).toEqual([
      'It ended with 1 and should end with 0.',
      'It printed "no", which is not /^sent msg_\\w+$/.',
      'The gateway saw [GET /v1/messages?limit=2 200] and should see [GET /v1/messages 200, DELETE /v1/things/{id} 204].',
    ]);
    const [one, two] = good.requests;
    for (const requests of [
      [two, one],
      [one, { ...two, status: 404 }],
      [one, { ...two, path: '/v1/things' }],
    ]) {
      expect(
        differences(expectation, 'python', { ...good, requests: requests as typeof good.requests }),
      ).toHaveLength(1);
    }
  });
});
