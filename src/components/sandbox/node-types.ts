/** What the editor knows of Node: the part that the sandbox has. `fetch` and its kin come with the DOM's own types. */
export const NODE_TYPES = `
interface ProcessEnv { [name: string]: string | undefined }
interface ProcessStream { write(text: string | Uint8Array): boolean; readonly isTTY: boolean }
declare const process: {
  /** RELAY_URL and RELAY_API_KEY are set by the sandbox. The key in it is a placeholder. */
  env: ProcessEnv;
  argv: string[];
  exitCode: number | undefined;
  readonly stdout: ProcessStream;
  readonly stderr: ProcessStream;
  readonly platform: string;
  readonly version: string;
  exit(code?: number): never;
  cwd(): string;
  uptime(): number;
  nextTick(callback: (...args: any[]) => void, ...args: any[]): void;
};
declare function setImmediate(callback: (...args: any[]) => void, ...args: any[]): object;
declare module 'node:process' { export = process }
declare module 'node:timers/promises' {
  export function setTimeout<T = void>(ms?: number, value?: T): Promise<T>;
}
declare module 'node:fs' {
  export function readFileSync(path: string | URL): Uint8Array;
  export function readFileSync(path: string | URL, encoding: string): string;
  export function writeFileSync(path: string | URL, data: string | Uint8Array): void;
  export function existsSync(path: string | URL): boolean;
  export function readdirSync(path: string | URL): string[];
}
declare module 'node:fs/promises' {
  export function readFile(path: string | URL): Promise<Uint8Array>;
  export function readFile(path: string | URL, encoding: string): Promise<string>;
  export function writeFile(path: string | URL, data: string | Uint8Array): Promise<void>;
}
declare module 'node:path' {
  export function join(...parts: string[]): string;
  export function resolve(...parts: string[]): string;
  export function basename(path: string, suffix?: string): string;
  export function dirname(path: string): string;
  export function extname(path: string): string;
}
declare module 'node:util' {
  export function format(...values: unknown[]): string;
  export function inspect(value: unknown): string;
}
declare module 'node:crypto' {
  export function randomUUID(): string;
}
`;
