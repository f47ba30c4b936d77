import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Balancer } from './balancer.ts';
import { freePort } from './free-port.ts';

const PAGE = new URL('../../content/docs/operators/run-on-postgres.mdx', import.meta.url);

/** HAProxy with what the operators' page says, but for addresses and how often it asks. */
export async function startHaproxy(ports: readonly number[]): Promise<Balancer> {
  const [, published = ''] = /title="haproxy\.cfg"\n([\s\S]*?)```/.exec(readFileSync(PAGE, 'utf8')) ?? [];
  const [port, statsPort] = [await freePort(), await freePort()];
  const config = published
    .replace(':8080', `127.0.0.1:${port}`)
    .replace('10.0.0.11:4321', `127.0.0.1:${ports[0]}`)
    .replace('10.0.0.12:4321', `127.0.0.1:${ports[1]}`)
    .replace('inter 2s', 'inter 200ms');
  const folder = mkdtempSync(join(tmpdir(), 'firstcall-haproxy-'));
  const stats = `\nfrontend stats\n  bind 127.0.0.1:${statsPort}\n  stats enable\n  stats uri /\n`;
  writeFileSync(join(folder, 'haproxy.cfg'), config + stats);
  const child = spawn('haproxy', ['-db', '-f', join(folder, 'haproxy.cfg')], { stdio: 'ignore' });
  return {
    url: `http://127.0.0.1:${port}`,
    async inRotation() {
      const answer = await fetch(`http://127.0.0.1:${statsPort}/;csv`).catch(() => null);
      const lines = answer ? (await answer.text()).split('\n') : [];
      const isUp = (name: string) =>
        lines.some((line) => line.startsWith(`portals,${name},`) && line.includes(',UP,'));
      return ports.filter((_, at) => isUp(at === 0 ? 'one' : 'two'));
    },
    close() {
      child.kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
