import { expect, test } from 'vitest';
import { onEachDatabase } from '../support/database.ts';
import { HOUR, NOON, startPortal } from '../support/portal.ts';

onEachDatabase('the first call', (database) => {
  test('a key takes one request and no account, and works at once', async () => {
    const { call, sendMessage } = await startPortal(database);
    const response = await call('/api/credentials', { method: 'POST' });
    expect(response.status).toBe(201);
    const issued = await response.json();
    expect(issued).toEqual({
      credential: {
        id: expect.stringMatching(/^cred_/),
        environment: 'test',
        origin: 'own_machine',
        hint: expect.stringMatching(/^fc_test_…\w{4}$/),
        expires_at: new Date(NOON + 72 * HOUR).toISOString(),
      },
      secret: expect.stringMatching(/^fc_test_[0-9A-Za-z]{36}$/),
      developer_id: expect.stringMatching(/^dev_/),
      claim_url: expect.stringMatching(/\/claim\/[a-z0-9]{40}$/),
    });
    expect((await sendMessage(issued.secret)).status).toBe(201);
  });

  test('a call from the page ticks the first call, one from elsewhere the own machine too', async () => {
    const { clock, issueKey, sendMessage, progress } = await startPortal(database);
    const page = await issueKey('sandbox');
    clock.now += 900;
    await sendMessage(page.secret);
    const first = await progress(page.secret);
    expect(first.steps.map(({ id, state }) => [id, state])).toEqual([
      ['first_call', 'done'],
      ['own_machine', 'todo'],
      ['keep_it', 'todo'],
      ['go_live', 'todo'],
    ]);
    expect(first.milestones).toContainEqual(
      expect.objectContaining({
        name: 'first_api_call',
        method: 'POST',
        route: '/v1/messages',
        status: 201,
        since_t0_ms: 900,
      }),
    );

    const own = await issueKey('own_machine', page.cookie);
    expect(own.developer_id).toBe(page.developer_id);
    clock.now += 5_000;
    await sendMessage(own.secret);
    const second = await progress(own.secret);
    expect(second.steps[1]).toMatchObject({ id: 'own_machine', state: 'done' });
    expect(second.milestones.find(({ name }) => name === 'first_api_call')?.since_t0_ms).toBe(900);
  });

  test.each([
    ['a refused call', { body: { to: 'nobody' } }],
    ['asking who one is', undefined],
  ])('%s is an attempt and not a first call', async (_, body) => {
    const { call, issueKey, progress } = await startPortal(database);
    const { secret } = await issueKey();
    await call(body ? '/v1/messages' : '/v1/me', { key: secret, ...body });
    const { milestones } = await progress(secret);
    expect(milestones.map(({ name }) => name)).toEqual(['first_attempt']);
  });

  test('the first use lets a key live for two weeks', async () => {
    const { clock, issueKey, sendMessage, portal } = await startPortal(database);
    const used = await issueKey();
    const unused = await issueKey();
    await sendMessage(used.secret);
    await portal.usage.flushed();
    clock.now += 73 * HOUR;
    expect((await sendMessage(used.secret)).status).toBe(201);
    expect(await (await sendMessage(unused.secret)).json()).toMatchObject({
      status: 401,
      code: 'expired_key',
    });
    clock.now = NOON + 14 * 24 * HOUR + 1;
    expect(await (await sendMessage(used.secret)).json()).toMatchObject({ code: 'expired_key' });
  });

  test('a goal that is answered after the first call chooses what comes next', async () => {
    const { call, issueKey, sendMessage, progress, portal } = await startPortal(database);
    const { secret, cookie } = await issueKey('sandbox');
    expect((await progress(secret)).asks_goal).toBe(false);
    await sendMessage(secret);
    expect((await progress(secret)).asks_goal).toBe(true);

    const [goal] = portal.path.goals;
    const answer = await call('/api/goal', { cookie, body: { goal: goal?.id } });
    expect(await answer.json()).toMatchObject({ asks_goal: false, goal: goal?.id, next: goal?.next });
    const wrong = await call('/api/goal', { cookie, body: { goal: 'fame' } });
    expect(await wrong.json()).toMatchObject({ status: 422, code: 'invalid_request' });
    const skipped = await call('/api/goal', { cookie, body: { goal: null } });
    expect(await skipped.json()).toMatchObject({ goal: null, next: portal.path.next_when_skipped });
  });

  test('nothing in the API ticks a step', async () => {
    const { call, issueKey, progress } = await startPortal(database);
    const { secret, cookie } = await issueKey('sandbox');
    const run = { name: 'sample_run', sample: 'first-call', language: 'typescript', status: 'succeeded' };
    expect((await call('/api/onboarding-events', { cookie, body: run })).status).toBe(204);
    for (const name of ['first_api_call', 'first_own_machine_call', 'integration_live']) {
      const refused = await call('/api/onboarding-events', { cookie, body: { ...run, name } });
      expect(refused.status).toBe(422);
    }
    expect((await progress(secret)).steps.every(({ state }) => state === 'todo')).toBe(true);
  });
});
