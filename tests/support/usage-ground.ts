import { parseConfig } from '../../src/config.ts';
import { createRootKey } from '../../src/features/credentials/root-keys.ts';
import { createLog } from '../../src/log.ts';
import { openPortal, type Portal } from '../../src/portal.ts';

/** Developers with a key each, and root keys to report their calls with. */
export interface UsageGround {
  credentialIds: string[];
  rootKeys: string[];
}

const ROWS = 1_000;

/** Puts them into the database that `env` names. */
export async function prepareGround(
  env: Record<string, string>,
  { developers, rootKeys }: { developers: number; rootKeys: number },
): Promise<UsageGround> {
  return withPortal(env, async ({ ctx }) => {
    const ground: UsageGround = { credentialIds: [], rootKeys: [] };
    const at = Date.now();
    for (let from = 0; from < developers; from += ROWS) {
      const names = Array.from({ length: Math.min(ROWS, developers - from) }, (_, n) =>
        String(from + n).padStart(8, '0'),
      );
      await ctx.db
        .insertInto('developer')
        .values(
          names.map((name) => ({ id: `dev_${name}`, created_at: at, t0: at, role: 'developer' }) as never),
        )
        .execute();
      await ctx.db
        .insertInto('credential')
        .values(
          names.map(
            (name) =>
              ({
                developer_id: `dev_${name}`,
                id: `cred_${name}`,
                environment: 'live',
                origin: 'own_machine',
                hash: `hash_${name}`,
                hint: '…',
                created_at: at,
                provisional: 0,
              }) as never,
          ),
        )
        .execute();
      ground.credentialIds.push(...names.map((name) => `cred_${name}`));
    }
    for (let n = 0; n < rootKeys; n += 1) {
      ground.rootKeys.push(
        (await createRootKey(ctx, { name: `reporter ${n}`, actorId: 'dev_admin' })).secret,
      );
    }
    return ground;
  });
}

/** What the database says was counted, by each of the places that count. */
export interface Counted {
  events: number;
  distinctIds: number;
  inDays: number;
  inStates: number;
}

export async function countStored(env: Record<string, string>): Promise<Counted> {
  return withPortal(env, async ({ ctx, usage }) => {
    // What a killed process left in its spool is stored first.
    await usage.flushed();
    const events = await ctx.db
      .selectFrom('usage_event')
      .select((e) => [e.fn.countAll<number>().as('n'), e.fn.count<number>('id').distinct().as('ids')])
      .executeTakeFirstOrThrow();
    const days = await ctx.db
      .selectFrom('call_day')
      .select((e) => e.fn.sum<number>('calls').as('n'))
      .executeTakeFirstOrThrow();
    const states = await ctx.db
      .selectFrom('developer_state')
      .select((e) => e.fn.sum<number>('calls').as('n'))
      .executeTakeFirstOrThrow();
    return {
      events: Number(events.n),
      distinctIds: Number(events.ids),
      inDays: Number(days.n),
      inStates: Number(states.n),
    };
  });
}

async function withPortal<T>(env: Record<string, string>, work: (portal: Portal) => Promise<T>): Promise<T> {
  const portal = await openPortal({
    config: parseConfig({ LOG_LEVEL: 'error', ...env }),
    log: createLog('error'),
  });
  try {
    return await work(portal);
  } finally {
    await portal.close();
  }
}
