import { createAdminLink } from '../features/developers/admin-link.ts';
import type { Upstream } from '../http/upstream.ts';
import type { Portal } from '../portal.ts';

/** The five lines of a start, on standard output. The admin's link is new each time and works once. */
export async function sayWhatItIs({ ctx, database }: Portal, upstream: Upstream): Promise<void> {
  const { publicUrl, smtpUrl } = ctx.config;
  const mail = smtpUrl ? `SMTP at ${new URL(smtpUrl).host}` : 'none';
  console.log(`portal: ${publicUrl}`);
  console.log(`database: ${database}`);
  console.log(`upstream: ${upstream.description}`);
  console.log(`mail: ${mail} (this version sends none)`);
  console.log(`admin: ${await createAdminLink(ctx)}`);
}
