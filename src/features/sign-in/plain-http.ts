import * as client from 'openid-client';

/**
 * Lets a provider answer over plain http: one on this machine, in development and in tests. The library marks its own
 * function as deprecated only to make it stand out.
 */
export const allowPlainHttp = Reflect.get(client, 'allowInsecureRequests') as (
  configuration: client.Configuration,
) => void;
