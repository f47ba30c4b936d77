/** The POSIX part of Node's `path` that small programs use. */

function normalize(path: string): string {
  const absolute = path.startsWith('/');
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '..' || !absolute) parts.push(part);
  }
  return (absolute ? '/' : '') + parts.join('/') || '.';
}

const join = (...parts: string[]) => normalize(parts.filter(Boolean).join('/'));

function resolve(...parts: string[]): string {
  const start = parts.findLastIndex((part) => part.startsWith('/'));
  return normalize(`/${parts.slice(Math.max(start, 0)).join('/')}`);
}

function basename(path: string, suffix = ''): string {
  const name = path.replace(/\/+$/, '').split('/').at(-1) ?? '';
  return suffix && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
}

function extname(path: string): string {
  const name = basename(path);
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot) : '';
}

function dirname(path: string): string {
  const cut = path.replace(/\/+$/, '').lastIndexOf('/');
  return cut > 0 ? path.slice(0, cut) : cut === 0 ? '/' : '.';
}

const isAbsolute = (path: string) => path.startsWith('/');

export const path = {
  sep: '/',
  delimiter: ':',
  normalize,
  join,
  resolve,
  basename,
  extname,
  dirname,
  isAbsolute,
};
