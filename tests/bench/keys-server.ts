import { parseConfig } from '../../src/config.ts';
import { issueCredential } from '../../src/features/credentials/issue-credential.ts';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { createPortalHandler } from '../../src/http/portal-handler.ts';
import { listen } from '../../src/http/server.ts';
import type { Portal } from '../../src/portal.ts';
import { freePort } from '../support/free-port.ts';
import { startBenchPortal } from './bench-portal.ts';

// A process of its own, so that the load does not share its thread. Ends with its parent.

const KEYS = 50;

const { portal, url, stop } = await startBenchPortal((_, res) => void res.writeHead(404).end());
const { secret: rootKey } = await createRootKey(portal.ctx, { name: 'bench', actorId: 'bench' });
const secrets: string[] = [];
for (let n = 0; n < KEYS; n += 1) {
  const wanted = { developerId: null, origin: 'own_machine', pageAgeMs: undefined } as const;
  secrets.push((await issueCredential(portal.ctx, portal.verifier, wanted)).secret);
}

/** The same portal on another port, in which nobody looks at a key: every one is taken for the first. */
const answer = await portal.verifier.verify(secrets[0] ?? '');
const credulous: Portal = {
  ...portal,
  verifier: { ...portal.verifier, verify: () => answer },
  rootKeys: { ...portal.rootKeys, verify: async () => ({ valid: true, id: 'root_0' }) },
};
const port = await freePort();
const config = parseConfig({ PORT: String(port), HOST: '127.0.0.1' });
const upstream = { description: 'none', forward: () => {}, inbox: null, close: async () => {} };
await listen(config, createPortalHandler(credulous, upstream), (_, res) => void res.writeHead(404).end());

process.send?.({ url, credulousUrl: `http://127.0.0.1:${port}`, rootKey, secrets });
process.once('disconnect', async () => {
  await stop();
  process.exit(0);
});
