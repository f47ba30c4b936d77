import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { freePort } from './free-port.ts';

type Claims = Record<string, unknown>;

export interface LyingProvider {
  issuer: string;
  /** What it says the next time it is asked for a token, in place of the truth. */
  lie: {
    claims?: (truth: Claims) => Claims;
    header?: Claims;
    /** Signs with a key that it does not publish. */
    forged?: boolean;
    /** Cuts the signature off. */
    unsigned?: boolean;
  };
  close(): Promise<void>;
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(header: Claims, claims: Claims, key: KeyObject): string {
  const signed = `${encode(header)}.${encode(claims)}`;
  return `${signed}.${createSign('sha256').update(signed).sign(key, 'base64url')}`;
}

/** Looks like an OpenID Connect provider, and says what it is told to say. */
export async function startLyingProvider(clientId: string): Promise<LyingProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const another = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const liar: LyingProvider = { issuer, lie: {}, close: async () => {} };
  let nonce: string | null = null;

  const token = () => {
    const { claims = (truth: Claims) => truth, header, forged, unsigned } = liar.lie;
    const now = Math.floor(Date.now() / 1_000);
    const truth = { iss: issuer, sub: 'ada', aud: clientId, iat: now, exp: now + 60, nonce };
    const jwt = sign(
      { alg: 'RS256', kid: 'own', typ: 'JWT', ...header },
      claims(truth),
      forged ? another.privateKey : own.privateKey,
    );
    return unsigned ? jwt.slice(0, jwt.lastIndexOf('.') + 1) : jwt;
  };
  const answers: Record<string, () => unknown> = {
    '/.well-known/openid-configuration': () => ({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }),
    '/keys': () => ({ keys: [{ ...own.publicKey.export({ format: 'jwk' }), kid: 'own', alg: 'RS256' }] }),
    '/token': () => ({ access_token: 'opaque', token_type: 'Bearer', id_token: token() }),
  };

  const server = createServer((req, res) => {
    const url = new URL(req.url ?? '/', issuer);
    if (url.pathname === '/authorize') {
      nonce = url.searchParams.get('nonce');
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.searchParams.set('code', 'a-code');
      back.searchParams.set('state', url.searchParams.get('state') ?? '');
      res.writeHead(302, { Location: back.href }).end();
      return;
    }
    const answer = answers[url.pathname];
    res.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
    res.end(JSON.stringify(answer?.() ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  liar.close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return liar;
}
