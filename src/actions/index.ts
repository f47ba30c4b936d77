import type { ActionName } from '../http/policy.ts';
import {
  addEmail,
  askToAddEmail,
  deleteAccount,
  endOtherSessions,
  endSession,
  removePassword,
  removeWay,
  setPassword,
} from './account.ts';
import { changeRole, createRootKey, invitePerson, revokeRootKey, withdrawInvitation } from './admin.ts';
import { takeOver } from './claim.ts';
import { decideProxy, excludeDeveloper, followProxy, includeDeveloper } from './insights.ts';
import { createKey, revealKey, revokeKey, rollKey } from './keys.ts';
import { askForLink, signInWithPassword, signOut, useLink } from './sign-in.ts';

/** What the forms of the pages do; src/http/policy.ts says who may use which. */
export const server = {
  signOut,
  askForLink,
  useLink,
  signInWithPassword,
  takeOver,
  createKey,
  revealKey,
  rollKey,
  revokeKey,
  changeRole,
  invitePerson,
  withdrawInvitation,
  excludeDeveloper,
  followProxy,
  decideProxy,
  includeDeveloper,
  createRootKey,
  revokeRootKey,
  endSession,
  endOtherSessions,
  removeWay,
  setPassword,
  removePassword,
  askToAddEmail,
  addEmail,
  deleteAccount,
} satisfies Record<ActionName, unknown>;
