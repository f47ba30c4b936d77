import type { SampleFile } from '../../engine.ts';
import { path as paths } from './path.ts';

type Encoding = string | { encoding?: string | null } | null | undefined;

/** The sample's own files, and what it writes beside them; gone when the run ends. */
export function createFs(files: SampleFile[]) {
  const store = new Map<string, Uint8Array>(files.map(({ path, text }) => [`/${path}`, encode(text)]));

  const read = (path: unknown, encoding?: Encoding): string | Uint8Array => {
    const bytes = store.get(locate(path));
    if (!bytes) throw missing('open', path);
    return encoding ? new TextDecoder().decode(bytes) : bytes.slice();
  };
  const write = (path: unknown, data: string | Uint8Array) => void store.set(locate(path), encode(data));
  const append = (path: unknown, data: string | Uint8Array) => {
    const before = store.get(locate(path)) ?? new Uint8Array();
    const after = encode(data);
    const both = new Uint8Array(before.length + after.length);
    both.set(before);
    both.set(after, before.length);
    store.set(locate(path), both);
  };
  const exists = (path: unknown) => store.has(locate(path)) || list(path).length > 0;
  const list = (path: unknown): string[] => {
    const folder = `${locate(path).replace(/\/$/, '')}/`;
    const inside = Array.from(store.keys()).filter((name) => name.startsWith(folder));
    return [...new Set(inside.map((name) => String(name.slice(folder.length).split('/')[0])))].sort();
  };
  const remove = (path: unknown) => {
    if (!store.delete(locate(path))) throw missing('unlink', path);
  };

  const promises = {
    readFile: async (path: unknown, encoding?: Encoding) => read(path, encoding),
    writeFile: async (path: unknown, data: string | Uint8Array) => write(path, data),
    appendFile: async (path: unknown, data: string | Uint8Array) => append(path, data),
    readdir: async (path: unknown) => list(path),
    unlink: async (path: unknown) => remove(path),
    mkdir: async () => undefined,
  };
  return {
    promises,
    readFileSync: read,
    writeFileSync: write,
    appendFileSync: append,
    existsSync: exists,
    readdirSync: list,
    unlinkSync: remove,
    mkdirSync: () => undefined,
  };
}

function locate(path: unknown): string {
  if (typeof path !== 'string' && !(path instanceof URL))
    throw new TypeError('A path must be a string or a URL.');
  return paths.resolve(path instanceof URL ? path.pathname : path);
}

const encode = (data: string | Uint8Array) =>
  typeof data === 'string' ? new TextEncoder().encode(data) : data.slice();

function missing(call: string, path: unknown): Error {
  const message = `ENOENT: no such file or directory, ${call} '${String(path)}'`;
  return Object.assign(new Error(message), { code: 'ENOENT', errno: -2, syscall: call, path: String(path) });
}
