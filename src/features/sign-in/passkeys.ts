import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { COSEALG, decodeClientDataJSON } from '@simplewebauthn/server/helpers';
import { z } from 'zod';
import type { Context, Db } from '../../context.ts';
import { AppError } from '../../errors.ts';
import { type Browser, type Doors, type Entry, enter, type Proof } from '../claims/enter.ts';
import { listIdentities } from '../developers/identity-store.ts';
import { beginCeremony, finishCeremony } from './ceremony.ts';
import type { CreatedPasskey, UsedPasskey } from './passkey-schema.ts';
import {
  findPasskey,
  insertPasskey,
  listPasskeys,
  notePasskeyUse,
  PASSKEY,
  type PasskeyRow,
} from './passkey-store.ts';
import { addWay } from './ways.ts';

const USE = { name: 'passkey.use', data: z.object({}) };
/** Whose account it becomes another way into; null makes somebody new. */
const CREATE = { name: 'passkey.create', data: z.object({ addTo: z.string().nullable() }) };

/** Options for the browser, as WebAuthn has them, and the cookie that it has to keep. */
export interface Begun<Options> {
  options: Options;
  setCookie: string;
}

/** What every authenticator can do. The library's own default asks Node for what is experimental there. */
const ALGORITHMS = [COSEALG.EdDSA, COSEALG.ES256, COSEALG.RS256];

/** Asks for any passkey that this browser has for the portal: nobody has to say who they are. */
export async function askForPasskey(ctx: Context) {
  const options = await generateAuthenticationOptions({
    rpID: relyingParty(ctx).id,
    // A passkey is all that is asked for, so the device has to have recognised its owner.
    userVerification: 'required',
  });
  const begun = await beginCeremony(ctx, USE, { token: options.challenge, data: {} });
  return { options, ...begun };
}

/** Throws AppError 403 when the answer does not hold, and 404 when nobody here has such a passkey. */
export async function signInWithPasskey(doors: Doors, used: UsedPasskey, browser: Browser): Promise<Entry> {
  const { ctx } = doors;
  const challenge = challengeOf(used.response.clientDataJSON);
  if (!(await finishCeremony(ctx, USE, { token: challenge, cookies: browser.cookies }))) throw refused();
  const passkey = await findPasskey(ctx.db, used.id);
  if (!passkey) {
    throw new AppError(
      404,
      'unknown_passkey',
      'No account here has this passkey: it was removed, or belongs to another portal. Sign in another way.',
    );
  }
  const { authenticationInfo } = await holds(
    verifyAuthenticationResponse({
      response: used,
      expectedChallenge: challenge,
      expectedOrigin: relyingParty(ctx).origin,
      expectedRPID: relyingParty(ctx).id,
      requireUserVerification: true,
      credential: {
        id: passkey.id,
        publicKey: new Uint8Array(Buffer.from(passkey.public_key, 'base64url')),
        counter: passkey.counter,
      },
    }),
  );
  if (!(await notePasskeyUse(ctx.db, passkey.id, authenticationInfo.newCounter, ctx.now()))) throw refused();
  return enter(doors, { issuer: PASSKEY, subject: passkey.id, label: passkey.name }, browser);
}

/** Asks the browser to make a passkey, for the account or, with null, for somebody new. */
export async function askForNewPasskey(ctx: Context, addTo: string | null) {
  const { id, name } = relyingParty(ctx);
  const own = addTo === null ? [] : await listPasskeys(ctx.db, addTo);
  const userName = await nameForPicker(ctx, addTo);
  const options = await generateRegistrationOptions({
    rpName: name,
    rpID: id,
    userName,
    userDisplayName: userName,
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: own.map((passkey) => ({
      id: passkey.id,
      transports: z.array(z.string()).parse(JSON.parse(passkey.transports)),
    })),
  });
  const begun = await beginCeremony(ctx, CREATE, { token: options.challenge, data: { addTo } });
  return { options, ...begun };
}

/** Somebody new, or the anonymous developer of this browser with an owner. Throws AppError 403. */
export async function signUpWithPasskey(
  doors: Doors,
  created: CreatedPasskey,
  browser: Browser,
): Promise<Entry> {
  const passkey = await readCreated(doors.ctx, created, browser, null);
  return enter(doors, proofOf(passkey), browser);
}

/** Throws AppError 403 when the answer does not hold, and 409 when the passkey is in use already. */
export async function addPasskey(
  ctx: Context,
  created: CreatedPasskey,
  { browser, addTo }: { browser: Browser; addTo: string },
): Promise<void> {
  const passkey = await readCreated(ctx, created, browser, addTo);
  const proof = proofOf(passkey);
  const added = await ctx.db.transaction().execute(async (tx) => {
    const outcome = await addWay(tx, ctx.now(), addTo, proof);
    if (outcome === 'added') await proof.attach(tx, addTo);
    return outcome;
  });
  if (added !== 'added') {
    throw new AppError(409, 'passkey_in_use', 'This passkey opens an account already. Use another one.');
  }
}

/** A passkey that nobody owns yet. */
type NewPasskey = Omit<PasskeyRow, 'developer_id'>;

function proofOf(passkey: NewPasskey) {
  return {
    issuer: PASSKEY,
    subject: passkey.id,
    label: passkey.name,
    attach: (tx: Db, developerId: string) => insertPasskey(tx, { ...passkey, developer_id: developerId }),
  } satisfies Proof;
}

async function readCreated(
  ctx: Context,
  created: CreatedPasskey,
  browser: Browser,
  addTo: string | null,
): Promise<NewPasskey> {
  const challenge = challengeOf(created.response.clientDataJSON);
  const begun = await finishCeremony(ctx, CREATE, { token: challenge, cookies: browser.cookies });
  if (!begun || begun.addTo !== addTo) throw refused();
  const { registrationInfo } = await holds(
    verifyRegistrationResponse({
      response: created,
      supportedAlgorithmIDs: ALGORITHMS,
      expectedChallenge: challenge,
      expectedOrigin: relyingParty(ctx).origin,
      expectedRPID: relyingParty(ctx).id,
      requireUserVerification: true,
    }),
  );
  if (!registrationInfo) throw refused();
  const { id, publicKey, counter } = registrationInfo.credential;
  return {
    id,
    public_key: Buffer.from(publicKey).toString('base64url'),
    counter,
    transports: JSON.stringify(created.response.transports ?? []),
    name: browser.client ?? 'Passkey',
    created_at: ctx.now(),
    last_used_at: null,
  };
}

/** What the device shows where one has to choose between passkeys. */
async function nameForPicker(ctx: Context, developerId: string | null): Promise<string> {
  const ways = developerId === null ? [] : await listIdentities(ctx.db, developerId);
  const named = ways.find((way) => way.issuer !== PASSKEY);
  return named?.label ?? `Developer since ${new Date(ctx.now()).toISOString().slice(0, 10)}`;
}

/** Passkeys belong to a name; they work under no other one, not even on the same machine. */
function relyingParty({ config }: Context): { id: string; name: string; origin: string } {
  const { hostname, host, origin } = new URL(config.publicUrl);
  return { id: hostname, name: `Firstcall at ${host}`, origin };
}

/** Empty for what is no answer of a browser; no ceremony has that for its token. */
function challengeOf(clientDataJson: string): string {
  try {
    return z.string().parse(decodeClientDataJSON(clientDataJson).challenge);
  } catch {
    return '';
  }
}

/** The library throws for every flaw; which one it was helps nobody but an attacker. */
async function holds<T extends { verified: boolean }>(verification: Promise<T>): Promise<T> {
  const result = await verification.catch(() => null);
  if (!result?.verified) throw refused();
  return result;
}

function refused(): AppError {
  return new AppError(
    403,
    'passkey_refused',
    'The passkey’s answer was not accepted: it is for another address, was used before, or came too late. Try again.',
  );
}
