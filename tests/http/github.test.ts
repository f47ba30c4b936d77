import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { createBrowser } from '../support/browser.ts';
import { onEachDatabase } from '../support/database.ts';
import { freePort } from '../support/free-port.ts';
import { startPortal } from '../support/portal.ts';

/** What GitHub's documentation says it does: OAuth 2.0 with PKCE, errors with status 200, a number for an account. */
async function startGitHub() {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const hub = { url, login: 'ada', broken: false };
  let challenge = '';
  const server = createServer(async (req, res) => {
    const asked = new URL(req.url ?? '/', url);
    const json = (status: number, body: unknown) =>
      res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
    if (asked.pathname === '/login/oauth/authorize') {
      challenge = asked.searchParams.get('code_challenge') ?? '';
      const back = new URL(asked.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', asked.searchParams.get('state') ?? '');
      res.writeHead(302, { Location: back.href }).end();
    } else if (asked.pathname === '/login/oauth/access_token') {
      const sent = new URLSearchParams(await text(req));
      const proof = createHash('sha256')
        .update(sent.get('code_verifier') ?? '')
        .digest('base64url');
      const good = !hub.broken && proof === challenge && sent.get('client_secret') === 'secret';
      json(200, good ? { access_token: 'gho_x', token_type: 'bearer', scope: '' } : { error: 'bad_code' });
    } else if (asked.pathname === '/api/v3/user') {
      const isAda = req.headers.authorization?.toLowerCase() === 'bearer gho_x';
      json(isAda ? 200 : 401, isAda ? { id: 583_231, login: hub.login, email: 'ada@example.com' } : {});
    } else json(404, {});
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return hub;
}

onEachDatabase('GitHub', (database) => {
  test('names an account by its number, so that a login may change hands', async () => {
    const hub = await startGitHub();
    const env = { GITHUB_URL: hub.url, GITHUB_CLIENT_ID: 'portal', GITHUB_CLIENT_SECRET: 'secret' };
    const at = await startPortal(database, { env });
    const browser = createBrowser();
    expect((await browser.open(`${at.url}/api/sign-in/github`)).url.href).toBe(`${at.url}/keys`);
    const ada = await at.portal.visitors.read(browser.cookies(at.url));
    hub.login = 'ada-of-old';
    const again = createBrowser();
    await again.open(`${at.url}/api/sign-in/github`);
    expect((await at.portal.visitors.read(again.cookies(at.url)))?.developerId).toBe(ada?.developerId);
    expect(await at.portal.ctx.db.selectFrom('identity').selectAll().execute()).toEqual([
      expect.objectContaining({ issuer: hub.url, subject: '583231', label: 'ada' }),
    ]);

    hub.broken = true;
    const refused = await createBrowser().open(`${at.url}/api/sign-in/github?next=/keys`);
    expect(refused.url.href).toBe(`${at.url}/sign-in?failed=refused&next=%2Fkeys`);
  });
});
