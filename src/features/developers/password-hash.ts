import { availableParallelism } from 'node:os';
import { Argon2id } from 'oslo/password';
import PQueue from 'p-queue';
import { AppError } from '../../errors.ts';

/** OWASP ASVS 5.0, appendix C: 19 MiB, two passes, one lane. */
const ARGON = { memorySize: 19_456, iterations: 2, parallelism: 1 };
/** Each takes a core for about 26 ms; one core stays free for the calls that keys make. */
const RUNNING = Math.max(1, Math.min(4, availableParallelism() - 1));
const WAITING = 64;

/** Of a password that nobody has: an unknown account costs as much to refuse as a known one. */
const NOBODYS =
  '$argon2id$v=19$m=19456,t=2,p=1$KFEvPP5BpCzF+HmBz0yVHw$t2IpoOk8QqKWUasOTHjI+Y3qNvnf8Ob2KLNilKlKDYc';

/** Hashing is slow on purpose, so there is a queue for it, and an end to the queue. */
export interface PasswordHasher {
  /** Throws AppError 429 when too many are waiting. */
  hash(password: string): Promise<string>;
  /** False for an account without a password, after the same time. Throws AppError 429 when too many are waiting. */
  verify(hash: string | null, password: string): Promise<boolean>;
}

export function createPasswordHasher(): PasswordHasher {
  const argon = new Argon2id(ARGON);
  const queue = new PQueue({ concurrency: RUNNING });
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    if (queue.size < WAITING) return queue.add(work);
    throw new AppError(
      429,
      'busy',
      'Many people are signing in at this moment, so this was not tried. Try again in a few seconds.',
      { 'Retry-After': '3' },
    );
  };
  return {
    hash: async (password) => inTurn(() => argon.hash(password)),
    verify: async (hash, password) =>
      inTurn(async () => (await argon.verify(hash ?? NOBODYS, password)) && hash !== null),
  };
}
