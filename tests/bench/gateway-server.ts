import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { startBenchPortal } from './bench-portal.ts';

// A process of its own, so that the load does not share its thread. Tells its parent where it is and, at the end,
// what it stored.

const KEYS = 50;
const BODY = '{"id":"msg_1","status":"delivered"}';
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };

/** The API and the pages alike: the same answer with and without the gateway before it is what is compared. */
const { portal, url, stop } = await startBenchPortal((_, res) => void res.writeHead(200, HEADERS).end(BODY));

const secrets: string[] = [];
for (let n = 0; n < KEYS; n += 1) {
  const issued = await issueCredential(portal.ctx, portal.verifier, {
    developerId: null,
    origin: 'own_machine',
    pageAgeMs: undefined,
  });
  secrets.push(issued.secret);
}
process.send?.({ url, secrets });

process.once('message', async () => {
  await portal.usage.flushed();
  const { n } = await portal.ctx.db
    .selectFrom('usage_event')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  await stop();
  process.send?.({ stored: n });
  process.disconnect();
});
