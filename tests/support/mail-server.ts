import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.ts';

/** A real SMTP server that keeps what it is given. */
export interface TestMailServer {
  url: string;
  letters: Email[];
  /** Addresses it says it does not know. */
  unknown: Set<string>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Not yet started: `start` and `stop` it as often as the test wants; it ends with the test. */
export async function createMailServer(): Promise<TestMailServer> {
  const port = await freePort();
  let server: SMTPServer | undefined;
  const at: TestMailServer = {
    url: `smtp://127.0.0.1:${port}`,
    letters: [],
    unknown: new Set(),
    async start() {
      server = new SMTPServer({
        disabledCommands: ['STARTTLS', 'AUTH'],
        onRcptTo({ address }, _, done) {
          if (!at.unknown.has(address)) return done();
          done(Object.assign(new Error('No such mailbox'), { responseCode: 550 }));
        },
        onData(stream, _, done) {
          const chunks: Buffer[] = [];
          stream.on('data', (chunk: Buffer) => chunks.push(chunk));
          stream.on('end', async () => {
            at.letters.push(await PostalMime.parse(Buffer.concat(chunks)));
            done();
          });
        },
      });
      server.on('error', () => {});
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    },
    async stop() {
      const running = server;
      server = undefined;
      if (running) await new Promise<void>((resolve) => running.close(resolve));
    },
  };
  onTestFinished(() => at.stop());
  return at;
}

export async function startMailServer(): Promise<TestMailServer> {
  const server = await createMailServer();
  await server.start();
  return server;
}

/** The token in the only link of a letter. */
export function tokenIn(letter: Email | undefined): string {
  const [, token] = /\/sign-in\/([a-z0-9]+)\s/.exec(letter?.text ?? '') ?? [];
  if (!token) throw new Error(`There is no link in ${JSON.stringify(letter?.text)}`);
  return token;
}
