import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Sends requests to several portals in turn. */
export interface Balancer {
  url: string;
  /** The ports it sends to at the moment. */
  inRotation(): Promise<number[]>;
  close(): void;
}

const CHECK_EVERY_MS = 100;

interface Backend {
  port: number;
  up: boolean;
  agent: Agent;
}

/**
 * As plain as they come: it asks every portal ten times a second whether it is ready, keeps connections open, and
 * repeats nothing. A request that fails on its way is a 502.
 */
export async function startBalancer(ports: readonly number[]): Promise<Balancer> {
  const backends = ports.map(
    (port): Backend => ({ port, up: false, agent: new Agent({ keepAlive: true, maxSockets: 50 }) }),
  );
  let turn = 0;
  const next = () => {
    const up = backends.filter((backend) => backend.up);
    turn += 1;
    return up[turn % up.length];
  };
  const server = createServer((req, res) => {
    const backend = next();
    if (backend) pass(req, res, backend);
    else res.writeHead(503).end();
  });
  const timer = setInterval(() => {
    for (const backend of backends) void check(backend);
  }, CHECK_EVERY_MS);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inRotation: async () => backends.filter(({ up }) => up).map(({ port }) => port),
    close() {
      clearInterval(timer);
      for (const { agent } of backends) agent.destroy();
      server.closeAllConnections();
      server.close();
    },
  };
}

async function check(backend: Backend): Promise<void> {
  const asked = fetch(`http://127.0.0.1:${backend.port}/api/ready`, { signal: AbortSignal.timeout(2_000) });
  backend.up = await asked.then(
    (response) => response.ok,
    () => false,
  );
}

function pass(req: IncomingMessage, res: ServerResponse, { port, agent }: Backend): void {
  const onward = request(
    { host: '127.0.0.1', port, agent, method: req.method, path: req.url, headers: req.headers },
    (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(res);
      // Half an answer must not look like a whole one.
      answer.once('error', () => res.destroy());
    },
  );
  onward.once('error', () => (res.headersSent ? res.destroy() : res.writeHead(502).end()));
  res.once('close', () => onward.destroy());
  req.pipe(onward);
}
