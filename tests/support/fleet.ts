import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

/** Several portals on one database, as behind a load balancer. */
export interface Fleet {
  members: FleetMember[];
  stop(): Promise<void>;
}

export interface FleetMember {
  url: string;
  /** The status with which this portal's gateway answers a call with the key. */
  statusOf(key: string): Promise<number>;
  /** Milliseconds until this portal refuses the key, which is asked without a pause. */
  refusalOf(key: string): Promise<number>;
}

/** `env` names the database. */
export async function startFleet(size: number, env: Record<string, string>): Promise<Fleet> {
  const started = await Promise.all(Array.from({ length: size }, () => startMember(env)));
  return {
    members: started.map(({ url }) => client(url)),
    async stop() {
      await Promise.all(
        started.map(async ({ child }) => {
          child.disconnect();
          await once(child, 'exit');
        }),
      );
    },
  };
}

async function startMember(env: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const port = await freePort();
  const child = fork(fileURLToPath(new URL('fleet-member.ts', import.meta.url)), {
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      HOST: '127.0.0.1',
      PUBLIC_URL: `http://127.0.0.1:${port}`,
      LOG_LEVEL: 'silent',
      RATE_LIMIT_PER_SECOND: '1000000',
      ...env,
    },
  });
  const [url] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error('A portal of the fleet ended at its start.'))),
  ])) as [string];
  return { child, url };
}

function client(url: string): FleetMember {
  const agent = new Agent({ keepAlive: true });
  const statusOf = (key: string) =>
    new Promise<number>((resolve, reject) => {
      const call = request(
        `${url}/v1/messages`,
        { agent, headers: { Authorization: `Bearer ${key}` } },
        (res) => {
          res.resume().once('end', () => resolve(res.statusCode ?? 0));
        },
      );
      call.once('error', reject).end();
    });
  return {
    url,
    statusOf,
    async refusalOf(key) {
      const since = performance.now();
      while ((await statusOf(key)) !== 401);
      return performance.now() - since;
    },
  };
}
