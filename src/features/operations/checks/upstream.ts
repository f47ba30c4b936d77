import { Agent, request } from 'undici';
import type { Config } from '../../../config.ts';
import { error, type Finding, ok, warning } from '../finding.ts';
import { isLocal } from './address.ts';
import type { ClockOffset } from './clock.ts';

const PATIENCE_MS = 5_000;
/** HTTP's Date has whole seconds. */
const DATE_COARSENESS_MS = 1_000;

export interface UpstreamAnswer {
  status: number;
  location: string | undefined;
  clock: ClockOffset | null;
}

/** Asks the API as the gateway would, for nothing in particular. Null: the built-in one answers. */
export async function askUpstream(config: Config, now: () => number): Promise<UpstreamAnswer | null> {
  if (config.upstreamUrl === undefined) return null;
  const dispatcher = new Agent({ connect: { timeout: PATIENCE_MS } });
  const askedAt = now();
  try {
    const { statusCode, headers, body } = await request(config.upstreamUrl + config.apiPrefix, {
      dispatcher,
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
      headers: config.upstreamAuthorization ? { authorization: config.upstreamAuthorization } : {},
    });
    const answeredAt = now();
    body.destroy();
    body.on('error', () => {});
    const date = Date.parse(String(headers.date));
    return {
      status: statusCode,
      location: headers.location === undefined ? undefined : String(headers.location),
      clock: Number.isNaN(date)
        ? null
        : {
            than: 'the API’s clock',
            aheadMs: (askedAt + answeredAt) / 2 - date,
            toleranceMs: (answeredAt - askedAt) / 2 + DATE_COARSENESS_MS,
          },
    };
  } finally {
    await dispatcher.destroy();
  }
}

export function judgeUpstream(
  { upstreamUrl, upstreamAuthorization, publicUrl, apiPrefix }: Config,
  answer: UpstreamAnswer | null,
): Finding[] {
  if (upstreamUrl === undefined || answer === null) {
    return isLocal(publicUrl)
      ? [ok('Relay, the built-in API')]
      : [warning('Relay, the built-in API, answers in the place of yours', 'Set UPSTREAM_URL to your API.')];
  }
  const says = `${upstreamUrl} answers ${answer.status} to GET ${apiPrefix}`;
  if (new URL(upstreamUrl).host === new URL(publicUrl).host) {
    return [error(`${upstreamUrl} is the portal itself`, 'Set UPSTREAM_URL to the API behind it.')];
  }
  if (answer.status >= 500) return [warning(says, 'Look at the log of your API.')];
  if (answer.location !== undefined) {
    return [
      warning(
        `${says} and leads to ${answer.location}`,
        'Redirects are passed on to callers: set UPSTREAM_URL to where it leads.',
      ),
    ];
  }
  if ((answer.status === 401 || answer.status === 403) && upstreamAuthorization !== undefined) {
    return [
      warning(
        says,
        'If your API should take UPSTREAM_AUTHORIZATION for this address, check its value there and here.',
      ),
    ];
  }
  return [ok(says)];
}
