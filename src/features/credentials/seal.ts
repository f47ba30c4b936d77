import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, ConfigError } from '../../config.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';
const FILE = 'secret.key';

/** Keeps a secret so that a copy of the database alone does not give it away. */
export interface Seal {
  /** `id` is what the secret belongs to: it opens under no other one. */
  seal(secret: string, id: string): string;
  /** Null when it was sealed under another key, for another id, or was altered. */
  open(sealed: string, id: string): string | null;
}

/** AES-256-GCM under SECRET_KEY, or under a file in DATA_DIR that is made when it is first needed. */
export function createSeal(config: Pick<Config, 'secretKey' | 'dataDir'>): Seal {
  const given = config.secretKey ? Buffer.from(config.secretKey) : readKeyFile(config.dataDir);
  const key = Buffer.from(hkdfSync('sha256', given, '', 'firstcall: secrets of keys', KEY_BYTES));
  return {
    seal(secret, id) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
      const sealed = [iv, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return VERSION + Buffer.concat(sealed).toString('base64url');
    },
    open(sealed, id) {
      if (!sealed.startsWith(VERSION)) return null;
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      if (bytes.length < IV_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(id)).setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
        return Buffer.concat([opened, decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}

/** Throws ConfigError when there is no such file and none can be made. */
function readKeyFile(folder: string): Buffer {
  const path = join(folder, FILE);
  try {
    mkdirSync(folder, { recursive: true });
    makeOnce(path);
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(
      `SECRET_KEY is not set, and no key can be kept in DATA_DIR (${folder}): ${(error as Error).message}.`,
    );
  }
}

/** Of processes that start at the same moment one makes the file, whole at once, and the others keep what they find. */
function makeOnce(path: string): void {
  if (existsSync(path)) return;
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, randomBytes(KEY_BYTES).toString('base64url'), { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
