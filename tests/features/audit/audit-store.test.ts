import { expect, test } from 'vitest';
import { listAuditBefore, recordAudit } from '../../../src/features/audit/audit-store.ts';
import { onEachDatabase } from '../../support/database.ts';
import { startPortal } from '../../support/portal.ts';

onEachDatabase('the audit log', (database) => {
  test('keeps the order of what happened within one millisecond, page by page', async () => {
    const { portal } = await startPortal(database);
    const { db } = portal.ctx;
    const targets = Array.from({ length: 500 }, (_, n) => `n${n}`);
    for (const target of targets.slice(0, 20)) {
      await recordAudit(db, Date.now(), { developerId: 'dev_a', action: 'key.created', target });
    }
    const rest = targets.slice(20);
    const entries = rest.map((target) => ({ developerId: 'dev_a', action: 'key.created' as const, target }));
    await recordAudit(db, Date.now(), ...entries);

    const read: (string | null)[] = [];
    for (let before: string | null = null; ; ) {
      const page = await listAuditBefore(db, before, 70);
      read.push(...page.map(({ target }) => target));
      before = page.at(-1)?.id ?? null;
      if (page.length < 70) break;
    }
    expect(read).toEqual(targets.toReversed());
  });
});
