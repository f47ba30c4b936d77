import { expect, test } from 'vitest';
import { reportLanguages } from '../../src/features/insights/language-report.ts';
import { readInsights } from '../../src/features/insights/read-insights.ts';
import { onEachDatabase } from '../support/database.ts';
import { HOUR, startPortal, type TestPortal } from '../support/portal.ts';

const DAY = 24 * HOUR;
const PATH = '/api/language-wishes';

async function report({ portal }: TestPortal, search = '') {
  return reportLanguages(await readInsights(portal, new URLSearchParams(search)), portal.ctx);
}

onEachDatabase('a language that is missing', (database) => {
  test('is counted when somebody asks for it, and makes nobody a developer', async () => {
    const at = await startPortal(database);
    const answer = await at.call(PATH, { body: { language: 'go' } });
    expect([answer.status, answer.headers.get('set-cookie')]).toEqual([204, null]);
    expect(await at.portal.ctx.db.selectFrom('developer').selectAll().execute()).toEqual([]);
    expect((await report(at)).wanted).toEqual([{ language: 'Go', wishes: 1, developers: 0, lost: 0 }]);
    at.clock.now += 90 * DAY;
    expect((await report(at)).wanted).toEqual([]);
  });

  test('is known with those who asked for it and never called', async () => {
    const at = await startPortal(database);
    const [lost, called] = [await at.issueKey(), await at.issueKey()];
    for (const { cookie } of [lost, called, called])
      expect((await at.call(PATH, { cookie, body: { language: 'ruby' } })).status).toBe(204);
    await at.sendMessage(called.secret);
    await at.portal.usage.flushed();
    expect((await report(at)).wanted).toEqual([{ language: 'Ruby', wishes: 3, developers: 2, lost: 1 }]);
  });

  test('cannot be made to look wanted by one network, nor called what somebody likes', async () => {
    const at = await startPortal(database);
    const statuses: number[] = [];
    for (let n = 0; n < 7; n += 1) statuses.push((await at.call(PATH, { body: { language: 'php' } })).status);
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429]);
    for (const language of ['<script>', '', 'x'.repeat(300), 7])
      expect((await at.call(PATH, { body: { language } })).status).toBe(422);
  });
});

onEachDatabase('the languages there are', (database) => {
  test('are told with how many called within a week, and a dash where nobody was watched for so long', async () => {
    const at = await startPortal(database);
    const run = async (language: string, calls: boolean) => {
      const { secret, cookie } = await at.issueKey('sandbox');
      await at.call('/api/onboarding-events', {
        cookie,
        body: { name: 'sample_run', sample: 'first-call', language, status: 'succeeded' },
      });
      if (calls) await at.sendMessage(secret);
      await at.portal.usage.flushed();
    };
    await run('python', true);
    await run('python', false);
    at.clock.now += 7 * DAY;
    await run('node', true);
    expect((await report(at)).offered).toMatchObject([
      { language: 'python', developers: 2, watched: 2, called: { share: 0.5 }, lost: 1 },
      { language: 'node', developers: 1, watched: 0, called: null, lost: 0 },
    ]);
    expect((await report(at, 'language=node')).offered).toHaveLength(1);
  });
});
