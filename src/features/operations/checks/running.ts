import type { Config } from '../../../config.ts';
import { error, type Finding, ok, warning } from '../finding.ts';
import { isLocal } from './address.ts';

const PATIENCE_MS = 3_000;

/** Whether a portal answers at this port, whether it is ready, and whether its public address leads to it. */
export async function checkRunning({ host, port, publicUrl }: Config): Promise<Finding[]> {
  const here = `http://${host === '0.0.0.0' || host === '::' ? 'localhost' : host}:${port}`;
  const status = await statusAt(here);
  if (status === null) return [ok(`nothing answers at ${here}; start it with npm start`)];
  if (status === 'foreign') {
    return [error(`something else answers at ${here}`, 'Stop it, or set PORT to another port.')];
  }
  const findings =
    status === 'ready'
      ? [ok(`runs at ${here}`)]
      : [warning(`runs at ${here} and is ${status}`, `Look at ${here}/api/ready and at its log.`)];
  if (!isLocal(publicUrl) && (await statusAt(publicUrl)) !== 'ready') {
    findings.push(
      warning(
        `${publicUrl} does not lead to a portal that is ready, from this machine`,
        'Check the proxy; where this machine cannot reach its own public address, look from another one.',
      ),
    );
  }
  return findings;
}

/** The status of the portal's own report; null: nobody is there. */
async function statusAt(address: string): Promise<string | null> {
  try {
    const response = await fetch(`${address}/api/ready`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    const report = (await response.json().catch(() => null)) as { status?: unknown } | null;
    return typeof report?.status === 'string' ? report.status : 'foreign';
  } catch {
    return null;
  }
}
