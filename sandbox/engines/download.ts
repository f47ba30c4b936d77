import { EngineUnavailableError } from '../engine.ts';

/**
 * Gets one of the portal's own files.
 * @param what the file belongs to, for the sentence when it does not come
 * @param onBytes hears of each piece as it arrives, in unpacked bytes
 * @throws EngineUnavailableError
 */
export async function download(
  path: string,
  what: string,
  signal: AbortSignal,
  onBytes: (more: number) => void = () => {},
): Promise<Blob> {
  try {
    const response = await fetch(path, { signal });
    if (!response.ok) {
      throw new EngineUnavailableError(
        `${what} could not be loaded: the portal answered ${response.status} for ${path}.`,
      );
    }
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      onBytes(piece.byteLength);
    }
    const type = response.headers.get('content-type') ?? '';
    return new Blob(pieces, { type });
  } catch (error) {
    if (error instanceof EngineUnavailableError) throw error;
    throw new EngineUnavailableError(
      signal.aborted
        ? `${what}: the download was stopped.`
        : `${what} could not be loaded: the portal did not answer.`,
    );
  }
}
