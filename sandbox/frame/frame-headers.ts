/**
 * The frame has an opaque origin even when somebody opens its address directly, and no network at all: what runs in
 * it reaches the outside only over the port that the portal page handed it. `unsafe-eval` and `blob:` are how a
 * sample becomes a program; there is nothing of the portal inside that they could harm.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval' blob: data:",
  'worker-src blob: data:',
  "connect-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

/** For the `<meta>` of the document; `sandbox` and `frame-ancestors` count only in a header. */
export const FRAME_META_CSP = POLICY.join('; ');

export const FRAME_PATH = '/_sandbox/frame.html';

/** What every answer for FRAME_PATH carries, in production and in development, in place of the portal's own CSP. */
export const FRAME_HEADERS: Readonly<Record<string, string>> = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': ['sandbox allow-scripts', ...POLICY, "frame-ancestors 'self'"].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  // For the workspace, which is isolated and embeds only what is isolated as well.
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Permissions-Policy':
    'camera=(), clipboard-read=(), clipboard-write=(), display-capture=(), geolocation=(), microphone=(), usb=()',
  'Cache-Control': 'no-cache',
};
