import type { Config } from '../../../config.ts';
import { type Finding, ok, warning } from '../finding.ts';

/** Nobody else is there, so nothing of it can be wrong for others. */
export const isLocal = (url: string) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(url).hostname);

/** What the configuration says of where the portal stands. */
export function checkAddress({ publicUrl, trustProxy }: Pick<Config, 'publicUrl' | 'trustProxy'>): Finding[] {
  if (isLocal(publicUrl)) return [ok(`${publicUrl}, for this machine alone`)];
  if (publicUrl.startsWith('http:')) {
    return [
      warning(
        `${publicUrl} is not encrypted: cookies and keys can be read on the way`,
        'Put a proxy with TLS in front, and set PUBLIC_URL to its https:// address and TRUST_PROXY=true.',
      ),
    ];
  }
  if (!trustProxy) {
    return [
      warning(
        `${publicUrl} needs a proxy for TLS, and TRUST_PROXY is not set: all callers share the proxy’s address and its limits`,
        'Set TRUST_PROXY=true if the proxy sets X-Forwarded-For.',
      ),
    ];
  }
  return [ok(publicUrl)];
}
