import { generateKeyPairSync } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './free-port.ts';

export interface Person {
  sub: string;
  email?: string;
  email_verified?: boolean;
  name?: string;
}

export interface OpenIdServer {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Who sits at the keyboard: whom the provider signs in when it asks. Null says no. */
  person: Person | null;
  close(): Promise<void>;
}

const CLIENT = { clientId: 'portal', clientSecret: 'a-secret-of-the-portal-at-the-provider' };

/** A real OpenID Connect provider, for a client that may come back to `redirectUris`; its forms answer themselves. */
export async function startOpenIdServer(redirectUris: () => string[]): Promise<OpenIdServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const people = new Map<string, Person>();
  const state: OpenIdServer = { issuer, ...CLIENT, person: { sub: 'ada' }, close: async () => {} };
  let provider: Provider;
  const server = createServer((req, res) => {
    if (req.url?.startsWith('/interaction/')) void interact(provider, state.person, people, req, res);
    else void provider.callback()(req, res);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.clientId,
        client_secret: CLIENT.clientSecret,
        redirect_uris: ['http://127.0.0.1/not-known-yet'],
      },
    ],
    jwks: { keys: [privateKey.export({ format: 'jwk' })] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['of the tests'] },
    ttl: { AccessToken: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ ...people.get(id), sub: id }),
    }),
  });
  // The portals under test choose their ports later than a client has to be registered.
  provider.Client.prototype.redirectUriAllowed = (uri: string) => redirectUris().includes(uri);
  state.close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return state;
}

async function interact(
  provider: Provider,
  person: Person | null,
  people: Map<string, Person>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (!person) {
    return provider.interactionFinished(req, res, { error: 'access_denied' });
  }
  const { prompt, params } = await provider.interactionDetails(req, res);
  if (prompt.name === 'login') {
    people.set(person.sub, person);
    return provider.interactionFinished(req, res, { login: { accountId: person.sub } });
  }
  const grant = new provider.Grant({ accountId: person.sub, clientId: String(params.client_id) });
  grant.addOIDCScope('openid email profile');
  const consent = { grantId: await grant.save() };
  return provider.interactionFinished(req, res, { consent }, { mergeWithLastSubmission: true });
}
