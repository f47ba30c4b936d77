import { AppError } from '../../errors.ts';
import { enterAsAdmin } from '../../features/developers/admin-link.ts';
import type { App, AppParts } from '../app-parts.ts';
import { browserOf } from '../caller.ts';

export function addAdminRoutes(app: App, { portal }: AppParts): void {
  app.get('/admin/enter', async (c) => {
    c.header('Referrer-Policy', 'no-referrer');
    if (await portal.staff.read(c.req.header('cookie'))) return c.redirect('/insights', 303);
    const cookies = await enterAsAdmin(
      portal.ctx,
      portal.staff,
      c.req.query('token') ?? '',
      browserOf(c).client,
    );
    if (!cookies && c.req.header('accept')?.includes('text/html'))
      return c.redirect('/no-access?link=ended', 303);
    if (!cookies) {
      throw new AppError(
        410,
        'link_expired',
        'This link has been used, has expired or was replaced. Start the portal again: it prints a new one as "admin:".',
      );
    }
    for (const cookie of cookies) c.header('Set-Cookie', cookie, { append: true });
    return c.redirect('/insights', 303);
  });
}
