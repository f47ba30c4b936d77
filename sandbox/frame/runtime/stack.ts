/** A frame of a stack trace in terms of the sample's own files. Lines count from 1. */
export interface SampleFrame {
  file: string;
  line: number;
}

export interface MappedStack {
  /** The frames as Node would print them, without anything that is not the reader's. */
  lines: string[];
  /** The innermost frame in one of the sample's files. */
  top: SampleFrame | undefined;
}

// V8: `    at name (url:1:2)` and `    at url:1:2`; Firefox and Safari: `name@url:1:2`.
const FRAME = /^\s*(?:at (?:async )?(?:(.*?) \()?|(.*?)@)?((?:blob|data):[^\s)]*?):(\d+):\d+\)?$/;

/**
 * Turns a trace over generated URLs into one over files. The transform keeps every line where it was, so only the
 * address changes; columns do move when types are removed, so they are left out.
 */
export function mapStack(stack: string, fileOf: ReadonlyMap<string, string>): MappedStack {
  const lines: string[] = [];
  let top: SampleFrame | undefined;
  for (const raw of stack.split('\n')) {
    const match = FRAME.exec(raw);
    const file = match && fileOf.get(String(match[3]));
    if (!match || !file) continue;
    const line = Number(match[4]);
    const name = match[1] || match[2];
    const isAsync = /^\s*at async /.test(raw);
    top ??= { file, line };
    lines.push(`    at ${isAsync ? 'async ' : ''}${name ? `${name} (${file}:${line})` : `${file}:${line}`}`);
  }
  return { lines, top };
}

/** Generated URLs in a message (`… blob:null/… does not provide an export`) become file names. */
export function mapMessage(message: string, fileOf: ReadonlyMap<string, string>): string {
  return message.replace(/blob:[^\s'")]+/g, (url) => (fileOf.has(url) ? `./${fileOf.get(url)}` : url));
}
