import { expect, test } from 'vitest';
import { onEachDatabase } from '../support/database.ts';
import { startPortal, type TestPortal } from '../support/portal.ts';

interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events one by one, as they arrive. */
async function openStream({ call }: TestPortal, cookie: string) {
  const response = await call('/api/progress/stream', { cookie });
  expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  return {
    async next(): Promise<StreamEvent> {
      while (!buffer.includes('\n\n')) {
        const { value, done } = (await reader?.read()) ?? { value: '', done: true };
        if (done) throw new Error('the stream ended');
        buffer += value;
      }
      const [block = '', ...rest] = buffer.split('\n\n');
      buffer = rest.join('\n\n');
      const field = (name: string) => block.match(new RegExp(`^${name}: ?(.*)$`, 'm'))?.[1] ?? '';
      return { event: field('event'), data: JSON.parse(field('data') || '{}') };
    },
    close: () => reader?.cancel(),
  };
}

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
