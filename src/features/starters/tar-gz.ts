import { gzipSync } from 'node:zlib';

const BLOCK = 512;

export interface ArchiveFile {
  path: string;
  text: string;
}

/**
 * Files in one folder as a gzipped tar, which every system with a terminal unpacks without installing anything.
 * ustar (POSIX.1-1988): paths of at most 100 bytes, owned by whoever unpacks. Nobody but them may read `.env`.
 */
export function tarGz(folder: string, files: readonly ArchiveFile[], at: number): Buffer {
  const blocks = files.flatMap(({ path, text }) => {
    const content = Buffer.from(text);
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK);
    return [header(`${folder}/${path}`, content.length, modeOf(path), at), content, padding];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]));
}

function modeOf(path: string): number {
  if (path === '.env') return 0o600;
  return path.endsWith('.sh') ? 0o755 : 0o644;
}

function header(path: string, size: number, mode: number, at: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`${path} is too long for a tar.`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, start: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, start, 'latin1');
  block.write(path, 0);
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(size, 124, 12);
  octal(Math.floor(at / 1_000), 136, 12);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  // The checksum counts its own field as spaces.
  block.write('        ', 148);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
