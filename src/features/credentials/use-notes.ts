import type { Context } from '../../context.ts';
import { UNCLAIMED_USED_MS } from './credential-row.ts';
import { type CredentialUse, noteCredentialUse } from './credential-store.ts';

/** Notes that keys were used where another gateway took the call; the calls themselves are its own to report. */
export interface UseNotes {
  note(use: { developerId: string; credentialId: string; at: number }): void;
  /** Settles when everything noted so far is stored, or storage has failed. */
  flushed(): Promise<void>;
}

const STORE_AFTER_MS = 1_000;

export function createUseNotes(ctx: Context): UseNotes {
  let waiting = new Map<string, CredentialUse>();
  let timer: NodeJS.Timeout | undefined;
  let storing: Promise<void> = Promise.resolve();

  function add({ developerId, credentialId, firstAt, lastAt }: CredentialUse) {
    const use = waiting.get(credentialId);
    waiting.set(credentialId, {
      developerId,
      credentialId,
      firstAt: Math.min(firstAt, use?.firstAt ?? firstAt),
      lastAt: Math.max(lastAt, use?.lastAt ?? lastAt),
    });
    timer ??= setTimeout(() => void store(), STORE_AFTER_MS).unref();
  }

  function store(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const uses = [...waiting.values()];
    waiting = new Map();
    if (uses.length > 0) storing = storing.then(() => storeAll(uses));
    return storing;
  }

  async function storeAll(uses: CredentialUse[]): Promise<void> {
    try {
      await noteCredentialUse(ctx.db, uses, UNCLAIMED_USED_MS);
    } catch (error) {
      ctx.log.warn({ err: error }, 'uses of keys could not be noted; they wait and are tried again');
      for (const use of uses) add(use);
    }
  }

  return {
    note: ({ developerId, credentialId, at }) => add({ developerId, credentialId, firstAt: at, lastAt: at }),
    flushed: store,
  };
}
