/** What the page has to know of the portal it is on: the answer of `GET /api/config`. */
export interface PortalConfig {
  /** Where requests may go, such as `http://localhost:4321/v1`. */
  api_base: string;
  api_origin: string;
  key_prefix: string;
  /** Whether the built-in API answers, and with it an inbox. */
  relay: boolean;
  sandbox: {
    timeout_ms: number;
    output_limit_bytes: number;
    /** In the order in which the workspace tries them. */
    engines: ('embedded' | 'webcontainer')[];
    webcontainer_client_id: string | null;
  };
}

let config: Promise<PortalConfig> | undefined;

/** Fetched once per page, when it is first needed. Rejects with a sentence for the reader. */
export function portalConfig(): Promise<PortalConfig> {
  config ??= fetch('/api/config', { signal: AbortSignal.timeout(10_000) })
    .then((response) => {
      if (!response.ok)
        throw new Error(`The portal answered ${response.status} when asked where the API is.`);
      return response.json() as Promise<PortalConfig>;
    })
    .catch((error: unknown) => {
      config = undefined;
      throw error instanceof TypeError || error instanceof DOMException
        ? new Error('The portal did not answer. Check that it is still running.')
        : error;
    });
  return config;
}
