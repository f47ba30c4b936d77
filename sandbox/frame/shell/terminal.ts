import { InMemoryFs } from 'just-bash/browser';
import type { OutputChunk, SampleError } from '../../engine.ts';

type Stream = OutputChunk['stream'];
type Content = Parameters<InMemoryFs['appendFile']>[1];
type Encoding = Parameters<InMemoryFs['appendFile']>[2];

const PATH = /^\/dev\/firstcall-(stdout|stderr)-(\d+)$/;

/** Where the output of a command goes that stands on this line of the script. */
export function terminalPath(stream: Stream, line: number): string {
  return `/dev/firstcall-${stream}-${line}`;
}

/** What the reader sees of the script, in the order it was printed, with the script's own lines in its errors. */
export class Terminal {
  /** The last thing the shell itself complained of. */
  lastError: SampleError | undefined;
  private readonly entry: string;
  private readonly script: string;
  private readonly write: (stream: Stream, text: string) => void;
  private readonly decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(entry: string, script: string, write: (stream: Stream, text: string) => void) {
    this.entry = entry;
    this.script = script;
    this.write = write;
  }

  print(stream: Stream, line: number, content: Content, encoding?: Encoding): void {
    const text = this.decode(stream, content, encoding);
    if (text !== '') this.write(stream, stream === 'stderr' ? this.locate(text, line) : text);
  }

  /** What the shell kept until its end. */
  rest(stdout: string, stderr: string): void {
    this.write('stdout', stdout);
    this.write('stderr', this.locate(stderr, undefined));
  }

  /** Bytes come as text of which each character is one. */
  private decode(stream: Stream, content: Content, encoding: Encoding): string {
    const name = typeof encoding === 'string' ? encoding : encoding?.encoding;
    if (typeof content === 'string' && name !== 'binary' && name !== 'latin1') return content;
    const bytes =
      typeof content === 'string' ? Uint8Array.from(content, (char) => char.charCodeAt(0)) : content;
    return this.decoders[stream].decode(bytes, { stream: true });
  }

  /** `bash: boom: command not found` becomes `send.sh: line 3: boom: command not found`. */
  private locate(text: string, line: number | undefined): string {
    return text.replace(/^bash: (.+)$/gm, (_, complaint: string) => {
      const parsed = /^(?:syntax error: Parse error at (\d+):\d+: |line (\d+): )(.+)$/.exec(complaint);
      const message = parsed?.[3] ?? complaint;
      const at = Number(parsed?.[1] ?? parsed?.[2] ?? line ?? this.lineOfUnset(message)) || undefined;
      this.lastError = { message, file: this.entry, ...(at ? { line: at } : {}) };
      return `${this.entry}: ${at ? `line ${at}: ` : ''}${message}`;
    });
  }

  /** An unset variable ends the script without saying where: on the first line that names it, then. */
  private lineOfUnset(message: string): number | undefined {
    const name = /^(\w+): unbound variable$/.exec(message)?.[1];
    const at = name ? this.script.search(new RegExp(`\\$\\{?${name}\\b`)) : -1;
    return at < 0 ? undefined : this.script.slice(0, at).split('\n').length;
  }
}

/** The sample's files, and the terminal among the devices. */
export class ShellFiles extends InMemoryFs {
  private readonly terminal: Terminal;

  constructor(files: Record<string, string>, terminal: Terminal) {
    super(files);
    this.mkdirSync('/tmp', { recursive: true });
    this.terminal = terminal;
  }

  override async appendFile(path: string, content: Content, encoding?: Encoding): Promise<void> {
    const [, stream, line] = PATH.exec(path) ?? [];
    if (stream) this.terminal.print(stream as Stream, Number(line), content, encoding);
    else await super.appendFile(path, content, encoding);
  }
}
