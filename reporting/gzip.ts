/** What is used of `node:zlib`. */
interface Zlib {
  gzip(
    data: string,
    options: { level: number },
    done: (error: Error | null, packed: Uint8Array<ArrayBuffer>) => void,
  ): void;
}

/** Reports repeat themselves, so the fastest level packs them nearly as well as the best. */
const FASTEST = 1;

/** Packs a text, on another thread where there is one. */
export async function gzip(text: string): Promise<BodyInit> {
  const zlib = findZlib();
  if (!zlib)
    return new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer();
  return new Promise((resolve, reject) => {
    zlib.gzip(text, { level: FASTEST }, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
}

/** Without an import, which would break where there is no such module. Node has this since 20.16. */
function findZlib(): Zlib | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.('node:zlib') as Zlib | undefined;
}
