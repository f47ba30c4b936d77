import { enter } from '../../src/features/claims/enter.ts';
import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { EMAIL } from '../../src/features/developers/identity-store.ts';
import { storePassword } from '../../src/features/developers/password-store.ts';
import { signInWithPassword } from '../../src/features/sign-in/password.ts';
import { startBenchPortal } from './bench-portal.ts';
import { median } from './table.ts';

// A process of its own, so that neither the load nor the browser shares its thread.

const KNOWN = 'ada@example.com';
const UNKNOWN = 'bob@example.com';
const TRIES = 100;
const FLOOD_PER_SECOND = 1_000;
const BODY = '{"id":"msg_1"}';
const HEADERS = { 'Content-Type': 'application/json', 'Content-Length': BODY.length };

const { portal, url, stop } = await startBenchPortal((_, res) => void res.writeHead(200, HEADERS).end(BODY));
const proof = { issuer: EMAIL, subject: KNOWN, label: KNOWN };
const { developerId } = await enter(portal, proof, { cookies: null, client: null });
await storePassword(portal.ctx.db, developerId, await portal.passwords.hash('the right one'), Date.now());
const { secret } = await issueCredential(portal.ctx, portal.verifier, {
  developerId,
  origin: 'own_machine',
  pageAgeMs: undefined,
});

const outcomes = { refused: 0, busy: 0 };
async function tryWrong(email: string): Promise<void> {
  const attempt = { email, password: 'a wrong one', browser: { cookies: null, client: null } };
  const error = await signInWithPassword(portal, attempt).catch((thrown: { code?: string }) => thrown);
  outcomes['code' in error && error.code === 'busy' ? 'busy' : 'refused'] += 1;
}

/** Milliseconds that a refusal takes: of a known account, and of an unknown one, in turns. */
async function compare(): Promise<{ known: number; unknown: number }> {
  const times: Record<string, number[]> = { [KNOWN]: [], [UNKNOWN]: [] };
  for (let n = 0; n < TRIES * 2; n += 1) {
    const email = n % 2 === 0 ? KNOWN : UNKNOWN;
    const startedAt = performance.now();
    await tryWrong(email);
    times[email]?.push(performance.now() - startedAt);
  }
  return { known: median(times[KNOWN] ?? []), unknown: median(times[UNKNOWN] ?? []) };
}

let flood: NodeJS.Timeout | undefined;
const orders: Record<string, () => unknown> = {
  compare,
  flood() {
    flood = setInterval(() => {
      for (let n = 0; n < FLOOD_PER_SECOND / 50; n += 1) void tryWrong(UNKNOWN);
    }, 20);
  },
  calm() {
    clearInterval(flood);
    return outcomes;
  },
  async stop() {
    await portal.usage.flushed();
    await stop();
    setImmediate(() => process.disconnect());
  },
};
process.on('message', async (order: string) =>
  process.send?.({ done: order, result: await orders[order]?.() }),
);
process.send?.({ url, secret });
