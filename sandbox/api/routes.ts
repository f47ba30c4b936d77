import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import type { RelayApp } from './app.ts';
import { identifyCaller, limitRate, type RelayEnv } from './caller.ts';
import { createMessage, getMe, getMessage, listMessages } from './contracts.ts';
import { cursorAfter, parseCursor } from './cursor.ts';
import { toMessage } from './delivery.ts';
import { fingerprintOf, KEY_LIFETIME_MS, parseIdempotencyKey, replayOf, reserveKey } from './idempotency.ts';
import { readJson } from './json-body.ts';
import type { Mailroom } from './mailroom.ts';
import { RelayProblem } from './problem.ts';
import type { RateLimiter } from './rate-limit.ts';

/** What the routes work with. `kept` is the number of messages a mailbox holds. */
export interface RelayState {
  now(): number;
  mailroom: Mailroom;
  writes: RateLimiter;
  reads: RateLimiter;
  kept: number;
}

export function addSending(app: RelayApp, { now, mailroom, writes }: RelayState): void {
  /** The key is reserved before the body is read: a body can take long to arrive, and a retry may overtake it. */
  const oncePerKey: MiddlewareHandler<RelayEnv> = async (c, next) => {
    const key = parseIdempotencyKey(c.req.header('idempotency-key'));
    const reserved = key === undefined ? undefined : reserveKey(mailroom.open(c.var.caller), key);
    try {
      c.req.raw = await readJson(c.req.raw);
      await next();
    } finally {
      reserved?.release();
    }
  };

  app.openapi({ ...createMessage, middleware: [identifyCaller, limitRate(writes, now), oncePerKey] }, (c) => {
    const input = c.req.valid('json');
    const key = parseIdempotencyKey(c.req.valid('header')['idempotency-key']);
    const at = now();
    const finished = key === undefined ? undefined : mailroom.find(c.var.caller)?.finishedKey(key, at);
    const replay = replayOf(finished, input);
    const answer =
      replay ??
      mailroom.change(c.var.caller, (box) => {
        const id = `msg_${randomBytes(12).toString('hex')}`;
        const created = toMessage(box.add({ id, ...input, createdAt: at }), at);
        if (key !== undefined) {
          const fingerprint = fingerprintOf(input);
          box.finishKey(key, { fingerprint, answer: created, expiresAt: at + KEY_LIFETIME_MS });
        }
        return created;
      });
    c.header('Location', `/v1/messages/${answer.id}`);
    if (replay) c.header('Idempotency-Replayed', 'true');
    return c.json(answer, 201);
  });
}

export function addReading(app: RelayApp, { now, mailroom, reads, writes, kept }: RelayState): void {
  const middleware = [identifyCaller, limitRate(reads, now)] as const;

  app.openapi({ ...getMe, middleware: [...middleware] }, (c) => {
    const box = mailroom.find(c.var.caller);
    const limits = {
      messages_per_minute: writes.policy.quota,
      reads_per_minute: reads.policy.quota,
      messages_kept: kept,
    };
    const { caller: id, environment } = c.var;
    return c.json(
      { id, environment, messages_sent: box?.sent ?? 0, messages_kept: box?.kept ?? 0, limits },
      200,
    );
  });

  app.openapi({ ...listMessages, middleware: [...middleware] }, (c) => {
    const { limit, cursor } = c.req.valid('query');
    const before = cursor === undefined ? undefined : parseCursor(cursor);
    const page = mailroom.find(c.var.caller)?.page(limit, before) ?? { messages: [], hasMore: false };
    const data = page.messages.map((stored) => toMessage(stored, now()));
    const last = page.messages.at(-1);
    const next_cursor = last && page.hasMore ? cursorAfter(last.seq) : null;
    return c.json({ data, next_cursor, has_more: page.hasMore }, 200);
  });

  app.openapi({ ...getMessage, middleware: [...middleware] }, (c) => {
    const { id } = c.req.valid('param');
    const stored = mailroom.find(c.var.caller)?.get(id);
    if (stored) return c.json(toMessage(stored, now()), 200);
    throw new RelayProblem(
      'message_not_found',
      `There is no message ${JSON.stringify(id.slice(0, 60))} among yours. Use an id from GET /v1/messages; the newest ${kept} are kept.`,
    );
  });
}
