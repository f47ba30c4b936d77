import { Readable } from 'node:stream';
import type { APIRoute } from 'astro';
import { exportDeveloper } from '../../features/privacy/export-developer.ts';
import { ownerOf } from '../../http/policy.ts';

export const prerender = false;

/** Everything about whoever asks, as a file; see src/features/privacy/export-developer.ts. */
export const GET: APIRoute = ({ locals }) => {
  const owner = ownerOf(locals);
  if (!owner) throw new Error('the policy lets callers in who have no session');
  const { ctx } = locals.portal;
  const day = new Date(ctx.now()).toISOString().slice(0, 10);
  const text = Readable.from(exportDeveloper(ctx, owner.developerId), { objectMode: false });
  return new Response(Readable.toWeb(text) as ReadableStream<Uint8Array>, {
    headers: {
      'Content-Type': 'application/json',
      'Content-Disposition': `attachment; filename="firstcall-${day}.json"`,
    },
  });
};
