import type { Doors } from '../claims/enter.ts';
import type { CredentialOrigin } from '../credentials/credential-schema.ts';
import {
  issueCredential,
  PAGE_DOORS,
  UNCLAIMED_MS,
  UNCLAIMED_USED_MS,
} from '../credentials/issue-credential.ts';
import type { Door } from './calls.ts';
import type { SimulatedDeveloper } from './developer.ts';

/** A key as far as it has to be known to call with it; the secret is thrown away. */
interface Held {
  id: string;
  origin: CredentialOrigin;
  createdAt: number;
  /** Ends; used for the first time it ends later. */
  endsAt: number;
  used: boolean;
}

/** The keys of one developer. Whoever nobody knows yet gets new ones when theirs have ended, as a page would give them. */
export interface KeyRing {
  /** The id of a key that works now, made if need be. */
  use(door: Door): Promise<string>;
  /** The developer has shown who they are: keys outside of pages stay. */
  keep(): void;
}

export function createKeyRing(
  { ctx, verifier }: Pick<Doors, 'ctx' | 'verifier'>,
  developer: SimulatedDeveloper,
  developerId: string,
): KeyRing {
  const held = new Map<Door, Held>();
  let claimed = false;

  async function make(door: Door): Promise<Held> {
    const origin = originOf(developer, door);
    const createdAt = ctx.now();
    const { credential } = await issueCredential(ctx, verifier, {
      developerId,
      origin,
      environment: door === 'live' ? 'live' : 'test',
      pageAgeMs: undefined,
    });
    const stays = claimed && !PAGE_DOORS.has(origin);
    const endsAt = stays ? Number.POSITIVE_INFINITY : createdAt + UNCLAIMED_MS;
    return { id: credential.id, origin, createdAt, endsAt, used: claimed };
  }

  return {
    async use(door) {
      let key = held.get(door);
      if (!key || key.endsAt <= ctx.now()) {
        key = await make(door);
        held.set(door, key);
      }
      if (!key.used) Object.assign(key, { used: true, endsAt: key.createdAt + UNCLAIMED_USED_MS });
      return key.id;
    },
    keep() {
      claimed = true;
      for (const key of held.values()) {
        if (!PAGE_DOORS.has(key.origin) && key.endsAt > ctx.now()) key.endsAt = Number.POSITIVE_INFINITY;
      }
    },
  };
}

function originOf({ actor }: SimulatedDeveloper, door: Door): CredentialOrigin {
  if (door === 'page') return 'sandbox';
  return actor === 'agent' && door !== 'live' ? 'agent' : 'own_machine';
}
