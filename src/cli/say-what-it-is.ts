import { createAdminLink } from '../features/developers/admin-link.ts';
import type { Upstream } from '../http/upstream.ts';
import type { Portal } from '../portal.ts';

/** The five lines of a start, on standard output. The admin's link is new each time and works once. */
export async function sayWhatItIs({ ctx, database, outbox }: Portal, upstream: Upstream): Promise<void> {
  console.log(`portal: ${ctx.config.publicUrl}`);
  console.log(`database: ${database}`);
  console.log(`upstream: ${upstream.description}`);
  console.log(`mail: ${outbox.description}`);
  console.log(`admin: ${await createAdminLink(ctx)}`);
}
