import type { ActionName } from '../http/policy.ts';
import { signOut } from './sign-in.ts';

/** What the forms of the pages do; src/http/policy.ts says who may use which. */
export const server = { signOut } satisfies Record<ActionName, unknown>;
