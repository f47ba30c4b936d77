import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { AppError, isAppError } from '../errors.ts';
import { createFairShare, type FairShare } from '../fair-share.ts';
import { bodyTooLarge } from './body-limit.ts';
import { lingerOver } from './unread-body.ts';

export interface BodyReader {
  /**
   * The whole body, unpacked. `source` is who sends it: bodies that are on their way take memory, and nobody gets it
   * all. Throws AppError 400 for a broken gzip, 408 for a body that takes too long, 413 for one that is too large,
   * packed or unpacked, 415 for another encoding, 429 and 503 when too much is on its way.
   */
  read(req: IncomingMessage, source: string): Promise<Buffer>;
}

export interface BodyReaderOptions {
  /** Unpacked, and therefore packed as well. */
  maxBytes: number;
  /** For the whole body: who sends a byte now and then has it as well. */
  withinMs: number;
  /** For all bodies that are on their way. */
  room: number;
}

const unpack = promisify(gunzip);

/** Reads bodies from Node's own stream, because a web stream in between costs more than what is in them. */
export function createBodyReader({ maxBytes, withinMs, room }: BodyReaderOptions): BodyReader {
  const shares = createFairShare(room);
  return {
    async read(req, source) {
      try {
        const packed = isPacked(req);
        if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw bodyTooLarge(maxBytes);
        const body = await collect(req, { maxBytes, withinMs, hold: holdIn(shares, source) });
        return packed ? await unpackWithin(body, maxBytes) : body;
      } catch (error) {
        // Who is still sending is not cut off before they can have read why.
        if (lingerOver(req) && isAppError(error)) delete error.headers.Connection;
        throw error;
      }
    },
  };
}

interface Hold {
  /** Throws AppError when there is no room for so many more bytes. */
  more(bytes: number): void;
  release(): void;
}

function holdIn(shares: FairShare, source: string): Hold {
  let held = 0;
  return {
    more(bytes) {
      const taken = shares.take(source, bytes);
      if (taken !== 'taken') throw tooMuchOnItsWay(taken);
      held += bytes;
    },
    release: () => shares.giveBack(source, held),
  };
}

interface CollectOptions {
  maxBytes: number;
  withinMs: number;
  hold: Hold;
}

function collect(req: IncomingMessage, { maxBytes, withinMs, hold }: CollectOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const deadline = setTimeout(() => settle(() => reject(tooSlow(withinMs))), withinMs);
    const settle = (how: () => void) => {
      clearTimeout(deadline);
      hold.release();
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone);
      req.pause();
      how();
    };
    const onData = (chunk: Buffer) => {
      try {
        bytes += chunk.length;
        if (bytes > maxBytes) throw bodyTooLarge(maxBytes);
        hold.more(chunk.length);
        chunks.push(chunk);
      } catch (error) {
        settle(() => reject(error));
      }
    };
    const onEnd = () =>
      settle(() => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    const onGone = () => settle(() => reject(cutOff()));
    req.on('data', onData).once('end', onEnd).once('error', onGone).once('close', onGone);
  });
}

function isPacked(req: IncomingMessage): boolean {
  const encoding = req.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'gzip' || encoding === 'x-gzip') return true;
  if (encoding === 'identity' || encoding === '') return false;
  throw new AppError(
    415,
    'unsupported_media_type',
    'The body may be packed with gzip, and with nothing else. Send it with "Content-Encoding: gzip", or as it is.',
    { 'Accept-Encoding': 'gzip' },
  );
}

async function unpackWithin(body: Buffer, maxBytes: number): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw bodyTooLarge(maxBytes);
    throw new AppError(
      400,
      'invalid_encoding',
      'The body is not whole gzip, although "Content-Encoding: gzip" says so: it was cut off or damaged. Nothing of it was taken; send it again.',
    );
  }
}

function tooSlow(withinMs: number): AppError {
  return new AppError(
    408,
    'request_timeout',
    `The body did not arrive within ${withinMs / 1_000} s. Nothing of it was taken: send less at once.`,
  );
}

/** Nobody is there to read it; it says in the log what happened. */
function cutOff(): AppError {
  return new AppError(400, 'invalid_request', 'The connection was closed before the body was complete.');
}

function tooMuchOnItsWay(why: 'share' | 'full'): AppError {
  const detail =
    'Too many large bodies are on their way at once. Nothing of this one was taken: send it again after the seconds in Retry-After.';
  return new AppError(why === 'share' ? 429 : 503, 'usage_backlog', detail, {
    'Retry-After': '2',
  });
}
