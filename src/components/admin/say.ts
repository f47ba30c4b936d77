import type { Role } from '../../features/developers/roles.ts';

const ROLES: Record<Role, string> = { developer: 'Developer', author: 'Author', pm: 'PM', admin: 'Admin' };

export function sayRole(role: Role): string {
  return ROLES[role];
}

/** `key.revoked` as “key revoked”. */
export function sayAction(action: string): string {
  return action.replace(/[._]/g, ' ');
}

/** What is known beyond who and what, as `from developer, to pm`. */
export function sayDetail(detail: string): string {
  return Object.entries(JSON.parse(detail) as Record<string, unknown>)
    .filter(([, value]) => value !== null && value !== '')
    .map(([name, value]) => `${name.replaceAll('_', ' ')} ${String(value)}`)
    .join(', ');
}
