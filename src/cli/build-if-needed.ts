import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = [
  'src',
  'content',
  'sandbox',
  'public',
  'astro.config.mjs',
  'package-lock.json',
  'tsconfig.json',
];
const STAMP = join(ROOT, 'dist/built-from.txt');
const LINES_KEPT = 40;

/** Builds the pages unless they were built from exactly these sources. Shows how far it is; rejects with the log. */
export async function buildIfNeeded(): Promise<void> {
  const stamp = sourceStamp();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  await build();
  writeFileSync(STAMP, stamp);
}

/** Name, size and time of every source file: cheap to read, and different after every edit. */
function sourceStamp(): string {
  const facts: string[] = [`PUBLIC_URL ${process.env.PUBLIC_URL ?? ''}`];
  const add = (path: string) => {
    const { size, mtimeMs } = statSync(join(ROOT, path));
    facts.push(`${path} ${size} ${mtimeMs}`);
  };
  for (const source of SOURCES) {
    if (!existsSync(join(ROOT, source))) continue;
    if (statSync(join(ROOT, source)).isFile()) add(source);
    else {
      for (const entry of readdirSync(join(ROOT, source), { recursive: true, withFileTypes: true })) {
        if (entry.isFile()) add(join(entry.parentPath, entry.name).slice(ROOT.length));
      }
    }
  }
  return hash('sha256', facts.sort().join('\n'));
}

function build(): Promise<void> {
  const startedAt = Date.now();
  const lines: string[] = [];
  const astro = join(ROOT, 'node_modules/astro/bin/astro.mjs');
  const child = spawn(process.execPath, [astro, 'build'], {
    cwd: ROOT,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1', FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hear = (chunk: Buffer) => {
    lines.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
    lines.splice(0, lines.length - LINES_KEPT);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const show = progressLine(
    () => `Building the pages, once: ${stage(lines.at(-1))} (${seconds(startedAt)} s)`,
  );
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      show.end(`Built the pages in ${seconds(startedAt)} s.`);
      if (code === 0) resolve();
      else reject(new Error(`The pages could not be built.\n${lines.join('\n')}`));
    });
  });
}

/** Astro's last line without its time stamp and markers. */
function stage(line = 'starting'): string {
  const text = line
    .replace(/^[\d:]+\s*/, '')
    .replace(/[^\x20-\x7e]/g, '')
    .replace(/^\[\w+\]\s*/, '')
    .trim();
  return text.slice(0, 50) || 'working';
}

const seconds = (since: number) => Math.round((Date.now() - since) / 1_000);

/** One line that rewrites itself on a terminal; elsewhere a line every ten seconds. */
function progressLine(text: () => string) {
  const { isTTY } = process.stdout;
  const draw = () => process.stdout.write(isTTY ? `\r\x1b[2K${text()}` : `${text()}\n`);
  draw();
  const timer = setInterval(draw, isTTY ? 500 : 10_000);
  return {
    end(last: string) {
      clearInterval(timer);
      process.stdout.write(isTTY ? `\r\x1b[2K${last}\n` : `${last}\n`);
    },
  };
}
