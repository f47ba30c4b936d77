const FAILED =
  /fetch failed|Failed to fetch|socket hang up|ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|NetworkError|net::ERR_/;
const PRIVATE =
  /^(localhost|.*\.local|.*\.internal|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\]|\[f[cd]|169\.254\.)/;

/**
 * What a developer can do about a request that did not leave WebContainer. Its code runs in the browser under
 * StackBlitz's origin, where a refused preflight or a blocked private address looks like a broken socket.
 * @param output what the program printed last
 * @param apiOrigin such as `http://localhost:4321`
 * @returns undefined when the output tells of no such failure
 */
export function explainNetworkFailure(output: string, apiOrigin: string): string | undefined {
  if (!FAILED.test(output)) return undefined;
  const { host, hostname } = new URL(apiOrigin);
  if (PRIVATE.test(hostname)) {
    return `The request did not reach ${host}. WebContainer runs your code from StackBlitz’s origin, and the browser lets such code reach this machine or a private network only with the “local network access” permission. Allow it for this site, or switch to the portal’s own engine.`;
  }
  return `The request did not reach ${host}, or the browser hid its answer. WebContainer runs your code from StackBlitz’s origin, so the API has to allow cross-origin requests: answer the OPTIONS preflight and send Access-Control-Allow-Origin and -Headers. The portal’s own engine needs neither.`;
}
