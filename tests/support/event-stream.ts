import type { TestPortal } from './portal.ts';

export interface StreamEvent {
  event: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events one by one, as they arrive. */
export async function openStream({ call }: TestPortal, cookie: string) {
  const response = await call('/api/progress/stream', { cookie });
  const type = response.headers.get('content-type') ?? '';
  if (!type.startsWith('text/event-stream')) throw new Error(`no stream: ${response.status} ${type}`);
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
