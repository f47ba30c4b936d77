import { AppError } from '../errors.ts';

export function bodyTooLarge(limit: number): AppError {
  return new AppError(
    413,
    'body_too_large',
    `The body is larger than ${limit} bytes, the most that is taken here. Send less at once.`,
    { Connection: 'close' },
  );
}

/** A body as it arrives; throws AppError once more than `limit` bytes came. */
export async function* limitedBody(
  body: AsyncIterable<Uint8Array>,
  limit: number,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw bodyTooLarge(limit);
    yield chunk;
  }
}
