import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RecordedRun } from './sample.ts';

const MAX_BODY = 4_000;
const NOT_PASSED_ON = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'keep-alive',
  'transfer-encoding',
]);

export interface Recorder {
  /** What the program takes for the API. */
  origin: string;
  /** In the order they were answered. */
  requests: RecordedRun['requests'];
  close(): void;
}

/** Stands between the program and the API and notes what passes. */
export async function startRecorder(apiOrigin: string): Promise<Recorder> {
  const requests: RecordedRun['requests'] = [];
  const server = createServer(async (request, response) => {
    const startedAt = performance.now();
    const chunks: Buffer[] = await request.toArray();
    const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
    const answer = await fetch(new URL(request.url ?? '/', apiOrigin), {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const body = await answer.text();
    requests.push({
      method: request.method as RecordedRun['requests'][number]['method'],
      path: request.url ?? '/',
      status: answer.status,
      duration_ms: Math.round(performance.now() - startedAt),
      body: body.slice(0, MAX_BODY),
    });
    // The body has been unpacked on the way, and its length with it.
    for (const [name, value] of answer.headers) if (!NOT_PASSED_ON.has(name)) response.setHeader(name, value);
    response.writeHead(answer.status).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://localhost:${port}`, requests, close: () => server.close() };
}
