import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { Logger } from 'pino';
import type { Config } from '../../config.ts';

export interface Letter {
  id: string;
  recipient: string;
  subject: string;
  body: string;
}

/** Carries mail out of the house. */
export interface MailTransport {
  /** Where mail goes, for people; holds no password. */
  description: string;
  /**
   * `kept`: written down for whoever runs the portal, because there is no mail server. Rejects with RefusedMailError
   * when it makes no sense to try again, and with anything else when it does.
   */
  send(letter: Letter): Promise<'sent' | 'kept'>;
  close(): void;
}

/** The mail server does not take this mail, today or tomorrow. */
export class RefusedMailError extends Error {}

const CONNECTION_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 30_000;

export function chooseTransport(config: Config, log: Logger): MailTransport {
  return config.smtpUrl ? smtpTransport(config, config.smtpUrl) : folderTransport(config, log);
}

const TIMEOUTS = {
  connectionTimeout: CONNECTION_TIMEOUT_MS,
  greetingTimeout: CONNECTION_TIMEOUT_MS,
  socketTimeout: SOCKET_TIMEOUT_MS,
};

/** Connects, encrypts and signs in, and sends nothing. Rejects with nodemailer's error, `EAUTH` for a wrong password. */
export async function verifyMail(url: string): Promise<void> {
  const transporter = createTransport({ url, ...TIMEOUTS });
  try {
    await transporter.verify();
  } finally {
    transporter.close();
  }
}

function smtpTransport(config: Config, url: string): MailTransport {
  const transporter = createTransport({ url, pool: true, ...TIMEOUTS });
  return {
    description: `SMTP at ${new URL(url).host}`,
    async send(letter) {
      try {
        await transporter.sendMail(message(config, letter));
        return 'sent';
      } catch (error) {
        throw isRefusal(error) ? new RefusedMailError(error.message) : error;
      }
    },
    close: () => transporter.close(),
  };
}

/** A 5xx about this recipient or this message; one about our password is the operator's to mend. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number };
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && responseCode !== undefined && responseCode >= 500;
}

/** Without a mail server nothing is sent: each mail becomes a file, and what it says is in the log. */
function folderTransport(config: Config, log: Logger): MailTransport {
  const folder = join(config.dataDir, 'outbox');
  const transporter = createTransport({ streamTransport: true, buffer: true, newline: 'unix' });
  return {
    description: `none sent; written to the log and to ${folder} (SMTP_URL is not set)`,
    async send(letter) {
      const { message: raw } = await transporter.sendMail(message(config, letter));
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${letter.id}.eml`);
      await writeFile(file, raw as Buffer, { mode: 0o600 });
      const { recipient, subject, body } = letter;
      log.info({ to: recipient, subject, body, file }, 'mail was written, not sent: SMTP_URL is not set');
      return 'kept';
    },
    close() {},
  };
}

function message(config: Config, { id, recipient, subject, body }: Letter) {
  const host = new URL(config.publicUrl).hostname;
  return {
    from: config.mailFrom,
    // As an object it is taken as it is: one address, whatever is in it.
    to: { name: '', address: recipient },
    subject,
    text: body,
    messageId: `<${id}@${host}>`,
    // No holiday notice needs to answer it.
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
