import type { Failure } from '../../features/sign-in/elsewhere.ts';

const SENTENCES: Record<Failure, string> = {
  unknown: 'That sign-in was begun in another browser or more than ten minutes ago. Begin it again.',
  denied: 'You turned the sign-in down there, so nothing happened here.',
  refused:
    'The provider did not answer, or its answer could not be trusted. Try again, or sign in another way.',
  taken: 'Somebody else signs in with that account already, so it was not added to yours.',
  signed_out: 'Your session ended meanwhile, so nothing was added. Sign in, then add it again.',
};

/** Why a sign-in elsewhere came to nothing, by the word in the address; null for a word that is none of ours. */
export function sayFailure(failed: string | null): string | null {
  return failed !== null && Object.hasOwn(SENTENCES, failed) ? SENTENCES[failed as Failure] : null;
}
