import { createReadStream, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

export interface LogFile {
  /** As it lies on the disk. */
  bytes: number;
  /** How much of that has been read. */
  position(): number;
  lines(): AsyncIterable<string>;
}

/** Opens a log, unpacking one that ends with `.gz`. Throws the system's error when it cannot be read. */
export function openLog(path: string): LogFile {
  const { size } = statSync(path);
  const file = createReadStream(path);
  return {
    bytes: size,
    position: () => file.bytesRead,
    async *lines() {
      const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
      file.once('error', (error) => input.destroy(error));
      try {
        yield* createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
      } catch (error) {
        throw new Error(`${path}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    },
  };
}
