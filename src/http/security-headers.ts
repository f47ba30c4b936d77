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
 * @param frames origins besides the portal's own that this page may show
 */
export function contentSecurityPolicy(
  inlineScripts: readonly string[],
  https: boolean,
  frames: readonly string[] = [],
): string {
  const hashes = inlineScripts.map((hash) => `'${hash}'`).join(' ');
  return [
    "default-src 'self'",
    `script-src 'self' 'wasm-unsafe-eval' ${hashes}`.trim(),
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    ["frame-src 'self'", ...frames].join(' '),
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    ...(https ? ['upgrade-insecure-requests'] : []),
  ].join('; ');
}

/** Where the workspace's pages are; nothing else of the portal is isolated. */
const WORKSPACE = /^\/sandbox\//;
/** The editor's workers: an isolated page starts only workers that are isolated as well. */
const WORKER_SCRIPT = /^\/_astro\/[^/]*worker[^/]*\.js$|[?&]worker_file\b/;

/** StackBlitz's own page and the addresses at which programs in it answer. */
export const WEBCONTAINER_FRAMES = ['https://stackblitz.com', 'https://*.webcontainer-api.io'] as const;

export const isWorkspace = (path: string) => WORKSPACE.test(path);

/** WebContainer shares memory between threads, for which browsers want a page that embeds nothing unasked. */
export function isolateWorkspace(res: ServerResponse, path: string): void {
  if (isWorkspace(path) || WORKER_SCRIPT.test(path)) {
    res.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  }
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
