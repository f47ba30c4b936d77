import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import type { UsageReport } from '../../reporting/to-event.ts';

export interface HeardReport {
  at: number;
  sent_at: number;
  events: UsageReport[];
}

/** What the n-th request is answered with: a status, perhaps a header and a body; nothing at all for null. */
export type Answer = { status: number; headers?: Record<string, string>; body?: object } | null;

/** Stands where a portal would, and answers as it is told. */
export async function listenForUsage(answer: (n: number, report: HeardReport) => Answer) {
  const heard: HeardReport[] = [];
  const server = createServer(async (req, res) => {
    const report = { at: Date.now(), ...JSON.parse(gunzipSync(await buffer(req)).toString()) };
    heard.push(report);
    const said = answer(heard.length, report);
    if (said) res.writeHead(said.status, said.headers).end(JSON.stringify(said.body ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
