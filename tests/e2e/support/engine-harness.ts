import { createSocket, type Socket } from 'node:dgram';
import { createServer, type IncomingMessage } from 'node:http';
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
  /** Walls that were to be taken down and were not found in what was served so far: none, unless the code changed. */
  standing(): string[];
  close(): Promise<void>;
}

/**
 * A page with the real frame under its real headers, and nothing else of the portal: what an engine needs.
 * @param isLoose without any of the frame's walls, to see that a test of them can fail
 */
export async function startEngineHarness(isLoose = false): Promise<EngineHarness> {
  const standing = new Set(isLoose ? Object.keys(WALLS) : []);
  const loosen = (text: string) => (isLoose ? takeDown(text, standing) : text);
  const script = loosen(await bundle('engine-page.ts'));
  const page = isLoose ? PAGE.replace('<body', '<body data-loose') : PAGE;
  const made = new Map<string, Promise<string | Uint8Array>>();
  const seen: EngineHarness['seen'] = [];
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    seen.push({ line: nameRequest(request), cookie: request.headers.cookie });
    const file = SANDBOX_FILES.find((one) => one.path === path);
    if (file) {
      const content = made.get(file.path) ?? file.read();
      made.set(file.path, content);
      const headers = isLoose ? { 'Content-Type': String(file.headers['Content-Type']) } : file.headers;
      content.then((body) =>
        response.writeHead(200, headers).end(typeof body === 'string' ? loosen(body) : body),
      );
    } else if (path === '/engine-page.js')
      response.writeHead(200, { 'Content-Type': 'text/javascript' }).end(script);
    else if (path === '/') response.writeHead(200, PAGE_HEADERS).end(page);
    else if (path === '/isolated') response.writeHead(200, ISOLATED_HEADERS).end(page);
    else response.writeHead(404, { 'Access-Control-Allow-Origin': '*' }).end('nothing here');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const datagrams = hearDatagrams(port, () => seen.push({ line: 'UDP leak', cookie: undefined }));
  return {
    url: `http://localhost:${port}`,
    seen,
    standing: () => [...standing],
    close: () =>
      new Promise((resolve) => {
        for (const socket of datagrams) socket.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A socket of Python names no path: it is a WebSocket to whatever is asked for, and nothing here opens another. */
function nameRequest({ method, url, headers }: IncomingMessage): string {
  return `${method} ${url?.split('?')[0]}${headers.upgrade === 'websocket' ? ' leak by WebSocket' : ''}`;
}

/** WebTransport begins with a datagram, which is as good as an answer: it got out. */
function hearDatagrams(port: number, onDatagram: () => void): Socket[] {
  return (['udp4', 'udp6'] as const).map((type) =>
    // A machine may have one family of addresses only.
    createSocket({ type, ipv6Only: type === 'udp6' }, onDatagram)
      .on('error', () => {})
      .bind(port),
  );
}

const LOOSE =
  'allow-scripts allow-same-origin allow-popups allow-forms allow-modals allow-downloads allow-top-navigation';

/** The walls as they stand in the bundles, and what they are replaced by; the frame's headers go besides. */
const WALLS: Readonly<Record<string, [RegExp, string]>> = {
  'the sandbox of the frame': [/allow-scripts/g, LOOSE],
  'the policy in the frame': [/<meta http-equiv="Content-Security-Policy"[^>]*>/g, ''],
  'the name of a run': [/\w+\.runId!==\w+/g, 'false'],
  'the kinds of messages': [/Object\.hasOwn\(\w+,\w+\.type\)/g, 'true'],
  'the spelling of a path': [/\/%2e\|.*?\/i\.test\(\w+\.pathname\)/g, ' false'],
  'one port, once': [/(?<!\.)removeEventListener\([`'"\\]+message[`'"\\]+,\w+\)/g, 'void 0'],
  'from the page alone': [/\w+!==parent\b/g, 'false'],
  'globals that are not there': [/\[[`'"\\]+importScripts.*?close[`'"\\]+\]/g, '[]'],
};

function takeDown(text: string, standing: Set<string>): string {
  let loose = text;
  for (const [name, [wall, nothing]] of Object.entries(WALLS)) {
    const next = loose.replace(wall, nothing);
    if (next !== loose) standing.delete(name);
    loose = next;
  }
  return loose;
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
