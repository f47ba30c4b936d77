/**
 * One way out that a program might try. The code is the body of an async function (in Python, of a function) that
 * gives something back when it got through; failing, or giving nothing, means that it was held.
 * `PORTAL` in it is the portal's origin, where `/leak…` exists for this: a request for it that arrives is an escape.
 */
export interface Attempt {
  name: string;
  code: string;
  /** Its request may arrive, as anybody's may, as long as the reader's session is not with it. */
  mayArrive?: true;
}
