import type { Config } from '../../../config.ts';
import { verifyMail } from '../../mail/transport.ts';
import { error, type Finding, ok, warning } from '../finding.ts';
import { isLocal } from './address.ts';

/** Whether the mail server lets the portal in; nothing is sent. */
export async function checkMail(config: Config): Promise<Finding[]> {
  if (config.smtpUrl === undefined) {
    return isLocal(config.publicUrl)
      ? [ok('none sent; links stand in the log')]
      : [
          warning(
            'none is sent, and whoever reads the log can sign in as anybody',
            'Set SMTP_URL, and MAIL_FROM to an address your mail server may send for.',
          ),
        ];
  }
  const { host } = new URL(config.smtpUrl);
  try {
    await verifyMail(config.smtpUrl);
    return [ok(`SMTP at ${host} lets the portal in; mail comes from ${config.mailFrom}`)];
  } catch (reason) {
    const { code, message } = reason as Error & { code?: string };
    return [
      code === 'EAUTH'
        ? error(
            `SMTP at ${host} refuses the user or the password in SMTP_URL`,
            'Check both with your mail provider.',
          )
        : error(
            `SMTP at ${host} does not answer as a mail server: ${message}`,
            'Check host, port and smtp:// or smtps:// in SMTP_URL, and whether a firewall is in between.',
          ),
    ];
  }
}
