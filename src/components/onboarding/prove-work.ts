import type { Challenge, ProofOfWork } from '../../features/agents/proof-schema.ts';

/** Digests in flight at once: fewer leave the processor idle, more take memory. */
const AT_ONCE = 512;

/**
 * Solves a challenge with the browser's own SHA-256: about two seconds for 18 bits. Rejects where a page may not use it,
 * which is over plain http on any host but localhost.
 */
export async function prove({ challenge, bits }: Challenge): Promise<ProofOfWork> {
  const encoder = new TextEncoder();
  for (let from = 0; ; from += AT_ONCE) {
    const digests = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, at) =>
        crypto.subtle.digest('SHA-256', encoder.encode(`${challenge}:${from + at}`)),
      ),
    );
    const found = digests.findIndex((digest) => leadingZeroBits(new DataView(digest)) >= bits);
    if (found >= 0) return { challenge, nonce: from + found };
  }
}

/** Up to 32 of them, which is more than any challenge asks for. */
function leadingZeroBits(digest: DataView): number {
  return Math.clz32(digest.getUint32(0));
}
