import { strToU8, zipSync } from 'fflate';
import type { SampleFile } from '../../../sandbox/engine.ts';

export interface Download {
  name: string;
  /** How the sample is started, such as `node index.ts`. */
  command: string;
  /** Names of the environment variables it reads. */
  env: string[];
}

/** The files as they stand in the editor, ready to run elsewhere. No key is in there: it is named, and set by hand. */
export function zipFiles(files: SampleFile[], { name, command, env }: Download): Uint8Array<ArrayBuffer> {
  const exports = env.map((variable) => `export ${variable}=…`).join('\n');
  const readme = `# ${name}\n\nSet what the program reads, then start it:\n\n\`\`\`sh\n${exports}\n${command}\n\`\`\`\n\nTypeScript needs Node 22.18 or newer.\n`;
  const entries = [
    { path: 'package.json', text: `${JSON.stringify({ private: true, type: 'module' }, null, 2)}\n` },
    { path: 'README.md', text: readme },
    ...files,
  ];
  const folder = Object.fromEntries(entries.map(({ path, text }) => [`${name}/${path}`, strToU8(text)]));
  return zipSync(folder) as Uint8Array<ArrayBuffer>;
}

export function save(bytes: Uint8Array<ArrayBuffer>, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: 'application/zip' }));
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
