import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { SANDBOX_FILES } from '../../../sandbox/frame/sandbox-files.ts';

const PAGE_CSP =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; frame-src 'self'; worker-src 'self' blob:";

const PAGE = '<!doctype html><body><script src="/engine-page.js"></script>';
const PAGE_HEADERS = {
  'Content-Type': 'text/html',
  'Content-Security-Policy': PAGE_CSP,
  'Set-Cookie': 'session=secret-of-the-reader; HttpOnly; SameSite=Lax; Path=/',
};

const ISOLATED_HEADERS = {
  ...PAGE_HEADERS,
  'Content-Security-Policy': PAGE_CSP.replace("frame-src 'self'", "frame-src 'self' https://stackblitz.com"),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export interface EngineHarness {
  url: string;
  /** Requests that reached the server, `METHOD /path`, with the cookies they carried. */
  seen: { line: string; cookie: string | undefined }[];
  close(): Promise<void>;
}

/**
 * A page with the real frame under its real headers, and nothing else of the portal: what an engine needs.
 * @param isLoose without any of the frame's walls, to see that a test of them can fail
 */
export async function startEngineHarness(isLoose = false): Promise<EngineHarness> {
  const script = loosen(await bundle('engine-page.ts'), isLoose);
  const made = new Map<string, Promise<string | Uint8Array>>();
  const seen: EngineHarness['seen'] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    seen.push({ line: `${request.method} ${path}`, cookie: request.headers.cookie });
    const file = SANDBOX_FILES.find((one) => one.path === path);
    if (file) {
      const content = made.get(file.path) ?? file.read();
      made.set(file.path, content);
      const headers = isLoose ? { 'Content-Type': String(file.headers['Content-Type']) } : file.headers;
      content.then((body) =>
        response.writeHead(200, headers).end(typeof body === 'string' ? loosen(body, isLoose) : body),
      );
    } else if (path === '/engine-page.js')
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    else if (path === '/') response.writeHead(200, PAGE_HEADERS).end(PAGE);
    else if (path === '/isolated') response.writeHead(200, ISOLATED_HEADERS).end(PAGE);
    else response.writeHead(404, { 'Access-Control-Allow-Origin': '*' }).end('nothing here');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const LOOSE =
  'allow-scripts allow-same-origin allow-popups allow-forms allow-modals allow-downloads allow-top-navigation';

/** No sandbox, no policy, no name for a run, and every global of the platform within reach. */
function loosen(text: string, isLoose: boolean): string {
  if (!isLoose) return text;
  return text
    .replaceAll('allow-scripts', LOOSE)
    .replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '')
    .replace(/\w+\.runId!==\w+/g, 'false')
    .replace(/\[[`'"\\]+importScripts.*?close[`'"\\]+\]/, '[]');
}

async function bundle(file: string): Promise<string> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'harness', fileName: 'page' } },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  return outputs.map((one) => (one.type === 'chunk' ? one.code : '')).join('');
}
