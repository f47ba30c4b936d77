import { enter } from '../../src/features/claims/enter.ts';
import { createStaff } from '../../src/features/developers/developer-store.ts';
import type { Role } from '../../src/features/developers/roles.ts';
import type { Caller } from '../../src/http/policy.ts';
import type { TestPortal } from './portal.ts';

/** What a browser sends back of `Set-Cookie` values. */
export function cookieHeader(setCookies: string[]): string {
  return setCookies.map((cookie) => cookie.split(';')[0]).join('; ');
}

/** Somebody who has just proved to read `email`: their developer's id and the cookies of their browser. */
export async function signedIn({ portal }: TestPortal, email: string, cookies: string | null = null) {
  const proof = { issuer: 'email', subject: email, label: email };
  const entry = await enter(portal, proof, { cookies, client: 'Firefox on Linux' });
  return { ...entry, cookie: cookieHeader(entry.setCookies) };
}

/** One of the company's own people, who has just signed in. */
export async function staffCookie({ portal }: TestPortal, role: Exclude<Role, 'developer'>): Promise<string> {
  const id = await createStaff(portal.ctx.db, role, portal.ctx.now());
  return cookieHeader(await portal.staff.begin(id, { signedIn: true }));
}

/** The cookies of one caller of each sort; null for nobody. */
export async function everyCaller(at: TestPortal): Promise<Record<Caller, string | null>> {
  return {
    nobody: null,
    anonymous: (await at.issueKey('sandbox')).cookie,
    developer: (await signedIn(at, 'dev@example.com', (await at.issueKey('own_machine')).cookie)).cookie,
    author: await staffCookie(at, 'author'),
    pm: await staffCookie(at, 'pm'),
    admin: await staffCookie(at, 'admin'),
  };
}
