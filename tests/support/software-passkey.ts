import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { isoCBOR } from '@simplewebauthn/server/helpers';
import type { CreatedPasskey, UsedPasskey } from '../../src/features/sign-in/passkey-schema.ts';

/** What a device may do wrong, or a page of another site make it do. */
export interface Situation {
  /** The page's origin, as the browser writes it down. */
  origin: string;
  challenge: string;
  /** The name that the page belongs to; its host unless said otherwise. */
  rpId?: string;
  /** Whether the device has recognised its owner. */
  verified?: boolean;
  /** How often the device says it has signed; counts up by itself unless said otherwise. */
  counter?: number;
}

export interface SoftwarePasskey {
  id: string;
  create(situation: Situation): CreatedPasskey;
  use(situation: Situation): UsedPasskey;
}

const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
const base64Url = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest();

/** An authenticator in a few lines: ES256, attestation "none" (WebAuthn level 3, 6.1 and 6.5.4). */
export function createPasskey(): SoftwarePasskey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawId = randomBytes(32);
  const id = base64Url(rawId);
  let signed = 0;

  const clientData = (type: string, { origin, challenge }: Situation) =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const authenticatorData = (situation: Situation, flags: number, rest = Buffer.alloc(0)) => {
    const { origin, rpId = new URL(origin).hostname, verified = true, counter = ++signed } = situation;
    const head = Buffer.alloc(5);
    head.writeUInt8(flags | PRESENT | (verified ? VERIFIED : 0));
    head.writeUInt32BE(counter, 1);
    return Buffer.concat([sha256(rpId), head, rest]);
  };
  const attested = () => {
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = new Map<number, number | Uint8Array>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(rawId.length);
    return Buffer.concat([Buffer.alloc(16), length, rawId, isoCBOR.encode(cose)]);
  };

  return {
    id,
    create(situation) {
      const data = authenticatorData(situation, HAS_CREDENTIAL, attested());
      const attestation = new Map<string, unknown>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', new Uint8Array(data)],
      ]);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64Url(clientData('webauthn.create', situation)),
          attestationObject: base64Url(isoCBOR.encode(attestation as never)),
          transports: ['internal'],
        },
        clientExtensionResults: {},
      };
    },
    use(situation) {
      const data = authenticatorData(situation, 0);
      const client = clientData('webauthn.get', situation);
      const signature = createSign('sha256')
        .update(Buffer.concat([data, sha256(client)]))
        .sign(privateKey);
      return {
        id,
        rawId: id,
        type: 'public-key',
        response: {
          clientDataJSON: base64Url(client),
          authenticatorData: base64Url(data),
          signature: base64Url(signature),
        },
        clientExtensionResults: {},
      };
    },
  };
}
