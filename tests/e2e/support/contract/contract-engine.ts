import type { Page } from '@playwright/test';

/** The files of one program; the engine starts `entry`. */
export type Program = Record<string, string>;

/**
 * What the contract needs of an engine: the same small programs in its language, and the ways to break it.
 * An engine is added by one such file, its line in engines.ts and its line in ../engine-page.ts.
 */
export interface ContractEngine {
  /** As ../engine-page.ts knows it. */
  name: string;
  language: string;
  /** The path of the file that is started. */
  entry: string;
  /** The page of the harness that the engine runs in: `/isolated` is cross-origin isolated. */
  page: '/' | '/isolated';
  /** False where both streams arrive as one, as from a terminal. */
  tellsStderrApart: boolean;
  /** True where the program's requests go through `onRequest`. */
  hasBridge: boolean;
  /** How long a cold start may take here, in milliseconds; the tests wait for it. */
  coldMs: number;
  programs: {
    /** Prints `one` to stdout, `two` to stderr, `three` to stdout, each with a line break. */
    inOrder: Program;
    /** Prints `before` and leaves with 3 before it would print `after`. */
    exitsWith3: Program;
    /** Prints GREETING of its environment, a line break, then `unset` because NOBODY is not there. */
    environment: Program;
    /** At least two files; what `lib` in another file says is printed: `from the other file`. */
    severalFiles: Program;
    /** Fails on line 3 of the entry with the word `boom`. */
    failsOnLine3: Program;
    /** Cannot be parsed; the mistake is on line 2. */
    syntaxError: Program;
    /** Imports (or reads) `missing`, which is not there. */
    missingImport: Program;
    /** Prints `start`, then never ends and never yields. */
    endless: Program;
    /** Prints `spam` for ever. */
    floods: Program;
    /** Prints 2 MB of `x` in lines of 100 and ends. */
    printsTwoMegabytes: Program;
    /** Changes what it can reach (globals, prototypes, files) and ends. */
    leavesTraces: Program;
    /** Prints `clean` when no trace of `leavesTraces` is there, and `dirty` otherwise. */
    looksForTraces: Program;
    /** POSTs `hello` to https://api.test/v1/things with `Authorization: Bearer placeholder` and prints the status. */
    posts?: Program;
  };
  /** Called before the page is opened, for what has to be in place around the engine. */
  arrange?(page: Page): Promise<void>;
  /** From here on the engine cannot start: what it needs is refused. Called before the page is opened. */
  refuseToStart(page: Page): Promise<void>;
  /** From here on the engine hangs while it starts. Called before the page is opened. */
  hangWhileStarting(page: Page): Promise<void>;
  /** How many programs are still running; a realm that waits for the next run does not count. */
  stillRunning(page: Page): Promise<number>;
}
