import { expect, test } from 'vitest';
import { onEachDatabase } from '../support/database.ts';
import { openStream } from '../support/event-stream.ts';
import { startPortal } from '../support/portal.ts';

onEachDatabase('the stream of observations', (database) => {
  test('the open page hears of a call made from a terminal, once it is on disk', async () => {
    const running = await startPortal(database);
    const page = await running.issueKey('sandbox');
    const terminal = await running.issueKey('own_machine', page.cookie);
    const stream = await openStream(running, page.cookie);
    expect(await stream.next()).toMatchObject({ event: 'progress', data: { milestones: [] } });

    await running.sendMessage(terminal.secret);
    expect(await stream.next()).toMatchObject({
      event: 'call',
      data: { method: 'POST', route: '/v1/messages', status: 201, origin: 'own_machine', error_code: null },
    });
    const { event, data } = await stream.next();
    expect(event).toBe('progress');
    expect(data).toMatchObject({
      steps: [{ state: 'done' }, { state: 'done' }, { state: 'todo' }, { state: 'todo' }],
    });
    const stored = await running.portal.ctx.db.selectFrom('usage_event').select('status').execute();
    expect(stored).toEqual([{ status: 201 }]);
    await stream.close();
  });

  test('nobody hears of another developer’s calls', async () => {
    const running = await startPortal(database);
    const ada = await running.issueKey('sandbox');
    const eve = await running.issueKey('sandbox');
    const stream = await openStream(running, ada.cookie);
    await stream.next();
    await running.sendMessage(eve.secret);
    await running.sendMessage(ada.secret);
    const heard = await stream.next();
    expect(heard.event).toBe('call');
    const own = await running.portal.ctx.db
      .selectFrom('usage_event')
      .select('developer_id')
      .where('id', '=', String(heard.data.id))
      .executeTakeFirstOrThrow();
    expect(own.developer_id).toBe(ada.developer_id);
    await stream.close();
  });

  test('without a session there is no stream', async () => {
    const { call } = await startPortal(database);
    expect(await (await call('/api/progress/stream')).json()).toMatchObject({
      status: 401,
      code: 'no_session',
    });
  });
});
