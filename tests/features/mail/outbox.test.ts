import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { insertMail, type NewMail } from '../../../src/features/mail/mail-store.ts';
import { nextTryAt } from '../../../src/features/mail/retry-rules.ts';
import { onEachDatabase } from '../../support/database.ts';
import { createMailServer, startMailServer } from '../../support/mail-server.ts';
import { HOUR, NOON, startPortal, type TestPortal } from '../../support/portal.ts';

const HELLO: NewMail = {
  developerId: null,
  recipient: 'ada@example.com',
  subject: 'Grüße',
  body: 'First line\n\nhttps://docs.example/sign-in/abc\n',
};
const write = ({ portal, clock }: TestPortal, mail: Partial<NewMail> = {}) =>
  insertMail(portal.ctx.db, clock.now, { ...HELLO, ...mail });
const row = ({ portal }: TestPortal, id: string) =>
  portal.ctx.db.selectFrom('mail').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

onEachDatabase('the outbox', (database) => {
  test('sends a mail as it was written, and forgets what it said', async () => {
    const server = await startMailServer();
    const at = await startPortal(database, {
      env: { SMTP_URL: server.url, MAIL_FROM: 'Relay docs <docs@relay.example>' },
    });
    const id = await write(at);
    expect(await at.portal.outbox.send(id)).toBe('sent');
    expect(server.letters).toMatchObject([
      {
        from: { name: 'Relay docs', address: 'docs@relay.example' },
        to: [{ address: 'ada@example.com' }],
        subject: 'Grüße',
        text: HELLO.body,
        messageId: `<${id}@127.0.0.1>`,
      },
    ]);
    expect(await row(at, id)).toMatchObject({ sent_at: NOON, next_try_at: null, body: '', tries: 1 });
  });

  test('keeps a mail while the server is down, and sends it once the server is back', async () => {
    const server = await createMailServer();
    const at = await startPortal(database, { env: { SMTP_URL: server.url } });
    const id = await write(at);
    expect(await at.portal.outbox.send(id)).toBe('waiting');
    expect(await row(at, id)).toMatchObject({
      sent_at: null,
      next_try_at: NOON + 15_000,
      body: HELLO.body,
      last_error: expect.stringContaining('ECONNREFUSED'),
    });
    await server.start();
    await at.portal.outbox.sendDue();
    expect(server.letters).toHaveLength(0);
    at.clock.now += 15_000;
    await at.portal.outbox.sendDue();
    expect(server.letters).toHaveLength(1);
    expect(await row(at, id)).toMatchObject({ sent_at: NOON + 15_000, tries: 2, last_error: null });
  });

  test('sends each mail once, however many try at the same time', async () => {
    const server = await startMailServer();
    const at = await startPortal(database, { env: { SMTP_URL: server.url } });
    const id = await write(at);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => at.portal.outbox.send(id)));
    expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1);
    expect(server.letters).toHaveLength(1);
  });

  test('does not try again what the server will never take', async () => {
    const server = await startMailServer();
    server.unknown.add('nobody@example.com');
    const at = await startPortal(database, { env: { SMTP_URL: server.url } });
    const id = await write(at, { recipient: 'nobody@example.com' });
    expect(await at.portal.outbox.send(id)).toBe('refused');
    expect(await row(at, id)).toMatchObject({ next_try_at: null, body: '', sent_at: null });
  });

  test('gives up after three days, and forgets after thirty', async () => {
    const server = await createMailServer();
    const at = await startPortal(database, { env: { SMTP_URL: server.url } });
    const id = await write(at);
    at.clock.now += 72 * HOUR;
    expect(await at.portal.outbox.send(id)).toBe('waiting');
    expect(await row(at, id)).toMatchObject({ next_try_at: null, body: '', sent_at: null });
    at.clock.now += 28 * 24 * HOUR;
    await at.portal.outbox.sweep();
    expect(await at.portal.ctx.db.selectFrom('mail').select('id').execute()).toEqual([]);
  });

  test('without a mail server writes a file that only the portal’s user reads', async () => {
    const at = await startPortal(database);
    expect(at.portal.outbox.description).toContain('SMTP_URL is not set');
    const id = await write(at);
    expect(await at.portal.outbox.send(id)).toBe('kept');
    const folder = join(at.portal.ctx.config.dataDir, 'outbox');
    expect(readdirSync(folder)).toEqual([`${id}.eml`]);
    const letter = await PostalMime.parse(readFileSync(join(folder, `${id}.eml`)));
    expect(letter).toMatchObject({ to: [{ address: 'ada@example.com' }], text: HELLO.body });
  });
});

test('the pauses between tries grow to half an hour', () => {
  const pauses = [1, 2, 3, 4, 8, 20].map((tries) => nextTryAt({ tries, created_at: NOON }, NOON));
  expect(pauses.map((at) => ((at ?? 0) - NOON) / 1_000)).toEqual([15, 30, 60, 120, 1_800, 1_800]);
});
