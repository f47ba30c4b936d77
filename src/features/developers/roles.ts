import { z } from 'zod';

/** What somebody may do. Everybody begins as a developer; the other three are the company's own people. */
export const role = z.enum(['developer', 'author', 'pm', 'admin']);
export type Role = z.infer<typeof role>;

export const STAFF_ROLES = ['author', 'pm', 'admin'] as const satisfies readonly Role[];

export function isStaff(of: Role): boolean {
  return of !== 'developer';
}
