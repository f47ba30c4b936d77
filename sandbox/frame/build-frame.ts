import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { FRAME_META_CSP } from './frame-headers.ts';

/** Bundles the frame and its JavaScript worker into one self-contained HTML document. Takes about a second. */
export async function buildFrame(): Promise<string> {
  const worker = await bundle('worker.ts', {});
  const frame = await bundle('frame.ts', { WORKER_SOURCE: JSON.stringify(worker) });
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${FRAME_META_CSP}">`,
    '<meta name="robots" content="noindex">',
    '<title>Sandbox</title>',
    `<script>${forScriptElement(frame)}</script>`,
    '</html>',
    '',
  ].join('\n');
}

/** Bundles the worker of another engine, which the page hands to the frame. */
export async function buildWorker(engine: 'python' | 'shell'): Promise<string> {
  return bundle(`${engine}/worker.ts`, {});
}

/** One script without imports: workers in an opaque origin can be nothing else everywhere. */
async function bundle(file: string, define: Record<string, string>): Promise<string> {
  const entry = fileURLToPath(new URL(file, import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'error',
    define,
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      reportCompressedSize: false,
      lib: { entry, formats: ['iife'], name: 'firstcall', fileName: 'bundle' },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((one) =>
    'output' in one ? one.output : [],
  );
  const chunk = outputs.find((one) => one.type === 'chunk');
  if (!chunk) throw new Error(`Bundling ${file} gave no code.`);
  return chunk.code;
}

/** Inside a script element only these two beginnings mean something to the HTML parser. */
function forScriptElement(code: string): string {
  return code.replaceAll('<!--', '\\x3C!--').replace(/<(\/?script)/gi, '\\x3C$1');
}
