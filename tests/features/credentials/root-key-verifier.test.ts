import { expect, inject, onTestFinished, test } from 'vitest';
import { parseConfig } from '../../../src/config.ts';
import { createRootKey, revokeRootKey } from '../../../src/features/credentials/root-keys.ts';
import { createLog } from '../../../src/log.ts';
import { openPortal } from '../../../src/portal.ts';
import { openLink } from '../../support/cuttable-link.ts';
import { newDatabase } from '../../support/database.ts';

test.skipIf(inject('postgresUrl') === null).each(['cut', 'freeze'] as const)(
  'a root key in use goes on while the database is away (%s), and one that is revoked does not come back',
  async (how) => {
    const data = await newDatabase('Postgres');
    const link = await openLink(data.env.DATABASE_URL ?? '');
    const open = (url: string) =>
      openPortal({ config: parseConfig({ ...data.env, DATABASE_URL: url }), log: createLog('silent') });
    const there = await open(data.env.DATABASE_URL ?? '');
    const here = await open(link.url);
    onTestFinished(async () => {
      link.mend();
      await here.close();
      await there.close();
      await link.close();
      await data.drop();
    });
    const used = await createRootKey(there.ctx, { name: 'used', actorId: 'dev_admin' });
    const unused = await createRootKey(there.ctx, { name: 'unused', actorId: 'dev_admin' });
    expect(await here.rootKeys.verify(used.secret)).toEqual({ valid: true, id: used.rootKey.id });

    link[how]();
    expect(await here.rootKeys.verify(used.secret)).toEqual({ valid: true, id: used.rootKey.id });
    if (how === 'cut') await expect(here.rootKeys.verify(unused.secret)).rejects.toThrow();
    await revokeRootKey(there.ctx, there.rootKeys, { id: used.rootKey.id, actorId: 'dev_admin' });
    link.mend();
    await expect
      .poll(() => here.rootKeys.verify(used.secret), { timeout: 20_000 })
      .toEqual({ valid: false, code: 'revoked_key' });
  },
);
