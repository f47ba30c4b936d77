import { readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';

/** Written by the build: the hashes of every inline script of the prerendered pages. */
export const INLINE_SCRIPTS_FILE = 'inline-scripts.json';

export function readInlineScriptHashes(dist: string): string[] {
  return JSON.parse(readFileSync(`${dist}/${INLINE_SCRIPTS_FILE}`, 'utf8')) as string[];
}

/**
 * The policy of the portal's pages. No script runs that is not a file of ours or an inline script whose hash the
 * build wrote down. `wasm-unsafe-eval` compiles the search index; styles are inline because the docs theme writes
 * them so.
 */
export function contentSecurityPolicy(inlineScripts: readonly string[], https: boolean): string {
  const hashes = inlineScripts.map((hash) => `'${hash}'`).join(' ');
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

/** For everything the portal answers, whoever asks; a page adds its policy. */
export function setSecurityHeaders(res: ServerResponse, https: boolean): void {
  res.setHeader('X-Content-Type-Options', 'nosniff');
  res.setHeader('Referrer-Policy', 'strict-origin-when-cross-origin');
  res.setHeader('X-Frame-Options', 'DENY');
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  res.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=(), usb=()');
  if (https) res.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains');
}
