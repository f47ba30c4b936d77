import { expect, test } from 'vitest';
import { exportDeveloper } from '../../../src/features/privacy/export-developer.ts';
import { pendingCall } from '../../support/calls.ts';
import { onEachDatabase } from '../../support/database.ts';
import { startPortal, type TestPortal } from '../../support/portal.ts';
import { somebodyWithEverything } from './everything.ts';

async function exported({ portal }: TestPortal, id: string): Promise<{ text: string; data: Exported }> {
  let text = '';
  for await (const piece of exportDeveloper(portal.ctx, id)) text += piece;
  return { text, data: JSON.parse(text) };
}
type Exported = Record<string, Record<string, unknown>[]>;

onEachDatabase('an export', (database) => {
  test('holds everything about a person, nothing about another, and nothing that lets anybody in', async () => {
    const at = await startPortal(database);
    const ada = await somebodyWithEverything(at, 'ada-lovelace');
    const bob = await somebodyWithEverything(at, 'bob-noyce');
    const { text, data } = await exported(at, ada.id);
    const counts = Object.entries(data).map(
      ([table, rows]) => `${table}: ${Array.isArray(rows) ? rows.length : '-'}`,
    );
    expect(counts).toMatchInlineSnapshot(`
      [
        "exported_at: -",
        "developer: 2",
        "identity: 3",
        "password: 1",
        "passkey: 1",
        "session: 2",
        "credential: 2",
        "milestone: 3",
        "onboarding_event: 3",
        "start_code: 1",
        "claim_link: 1",
        "sign_in_link: 1",
        "mail: 1",
        "audit: 11",
        "usage_id: 1",
        "usage_event: 3",
        "developer_state: 1",
        "call_day: 1",
        "live_spell: 1",
        "journey: 2",
        "journey_due: 0",
      ]
    `);
    for (const mark of bob.marks) expect(text).not.toContain(mark);
    for (const secret of ['$argon2id', 'public-ada', 'link-ada', 'browser-ada', ...ada.secrets]) {
      expect(text).not.toContain(secret);
    }
    const keys = await at.portal.ctx.db.selectFrom('credential').selectAll().execute();
    for (const { hash, sealed_secret } of keys) {
      expect(text).not.toContain(hash);
      if (sealed_secret) expect(text).not.toContain(sealed_secret);
    }
    expect(data.developer).toContainEqual(
      expect.objectContaining({ id: ada.id, created_at: '2026-11-21T12:00:00.000Z' }),
    );
    expect(data.usage_event?.[0]).toMatchObject({ method: 'POST', route: '/v1/messages', status: 201 });
    expect(data.audit?.map(({ action }) => action)).toContain('developer.exported');
  });

  test('of thousands of calls comes in order and whole', async () => {
    const at = await startPortal(database);
    const { developer_id, credential } = await at.issueKey('own_machine');
    const ids = Array.from(
      { length: 4_500 },
      (_, n) => `01a20000-0000-7000-8000-${String(n).padStart(12, '0')}`,
    );
    for (const id of ids) {
      at.portal.usage.record(pendingCall({ id, credentialId: credential.id }));
    }
    await at.portal.usage.flushed();
    const { data } = await exported(at, developer_id);
    expect(data.usage_event?.map(({ id }) => id)).toEqual(ids);
  });
});
