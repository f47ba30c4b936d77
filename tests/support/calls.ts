import type { Context } from '../../src/context.ts';
import { generateKey, hashKey } from '../../src/features/credentials/key-format.ts';
import type { PendingCall } from '../../src/features/usage/usage-event.ts';
import { NOON } from './portal.ts';

/** A call that the gateway saw; `source` makes it one that was reported. */
export function pendingCall(change: Partial<PendingCall> = {}): PendingCall {
  const receivedAt = change.receivedAt ?? NOON;
  return {
    id: 'e1',
    credentialId: 'cred_ada',
    receivedAt,
    occurredAt: receivedAt,
    method: 'POST',
    route: '/v1/messages',
    status: 201,
    ok: null,
    durationMs: 3.5,
    errorCode: null,
    clue: null,
    client: 'curl',
    admitted: true,
    requestId: null,
    source: null,
    fingerprint: 0,
    ...change,
  };
}

export interface Developers {
  environment?: 'test' | 'live';
  origin?: string;
}

/** For each name a developer `dev_<name>` with one credential, `cred_<name>`. */
export async function insertDevelopers(
  { db }: Context,
  names: readonly string[],
  { environment = 'test', origin = 'own_machine' }: Developers = {},
): Promise<void> {
  for (const name of names) {
    await db
      .insertInto('developer')
      .values({
        id: `dev_${name}`,
        created_at: NOON,
        t0: NOON,
        first_visit_at: NOON,
        role: 'developer',
      } as never)
      .execute();
    await db
      .insertInto('credential')
      .values({
        developer_id: `dev_${name}`,
        id: `cred_${name}`,
        environment,
        origin,
        hash: `hash_${name}`,
        hint: '…',
        created_at: NOON,
        provisional: 0,
      } as never)
      .execute();
  }
}

/** Another working key of a developer, such as a live one, made without the proofs that the portal asks for. */
export async function insertCredential(
  { db, config }: Context,
  developerId: string,
  { environment }: { environment: 'test' | 'live' },
): Promise<string> {
  const secret = generateKey(config.keyPrefix, environment);
  await db
    .insertInto('credential')
    .values({
      developer_id: developerId,
      id: `cred_${hashKey(secret).slice(0, 20)}`,
      environment,
      origin: 'own_machine',
      hash: hashKey(secret),
      hint: '…',
      created_at: NOON,
      provisional: 0,
    } as never)
    .execute();
  return secret;
}
