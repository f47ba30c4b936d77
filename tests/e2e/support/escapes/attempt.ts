/**
 * One way out that a program might try. The code is the body of an async function (in Python, of a function) that
 * gives something back when it got through; failing, or giving nothing, means that it was held.
 * `PORTAL` in it is the portal's origin, where everything with `leak` in its name exists for this: a request for it
 * that arrives is an escape.
 */
export interface Attempt {
  name: string;
  code: string;
  /** Its request may arrive, as anybody's may, as long as the reader's session is not with it. */
  mayArrive?: true;
  /** What holds it where that is no wall of ours: the browser, or the language itself. */
  heldBy?: string;
  /**
   * Put in place when the walls are down, where taking ours down is not enough: in the page, or in front of the
   * program. With it the attempt, or what it would have done, has to be noticed.
   */
  planted?: { page: string } | { program: string };
}
