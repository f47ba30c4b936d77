/** The page may be open under another name than the public one, such as 127.0.0.1; the gateway answers there too. */
export function openedOrigin(publicUrl: string, host: string | undefined): string {
  return host === undefined || new URL(publicUrl).host === host ? publicUrl : `http://${host}`;
}
