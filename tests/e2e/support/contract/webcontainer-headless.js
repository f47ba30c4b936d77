// The page behind https://stackblitz.com/headless, as far as the client library notices: it hands out a port and
// answers on it with the library's own Comlink. `Comlink` and `settings` stand above this text.
const machine = (...call) => globalThis.webcontainerDouble(...call);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const encoder = new TextEncoder();
const listeners = { port: new Set(), 'server-ready': new Set(), error: new Set() };
const emit = (event, ...args) => {
  for (const listener of listeners[event]) listener(...args);
};

async function writeTree(folder, { d }) {
  for (const [name, entry] of Object.entries(d)) {
    const path = folder === '' ? name : `${folder}/${name}`;
    if ('d' in entry) await writeTree(path, entry);
    else await machine('write', path, entry.f.c);
  }
}

async function follow(id, onOutput, exited) {
  let open;
  for (;;) {
    const { output, isOver, exitCode, port } = await machine('read', id);
    if (output) onOutput(encoder.encode(output));
    if (port) {
      open = port;
      const url = `https://double--${port}.webcontainer-api.io`;
      emit('port', port, 'open', url);
      emit('server-ready', port, url);
    }
    if (!isOver) continue;
    if (open) emit('port', open, 'close', '');
    onOutput(null);
    return exited(exitCode);
  }
}

const container = {
  fs: () =>
    Comlink.proxy({
      mkdir: (path) => machine('mkdir', path),
      rm: (path) => machine('rm', path),
      readdir: (path) => machine('readdir', path),
      writeFile: (path, data) => machine('write', path, data),
    }),
  previewScript: () => undefined,
  runtimeInfo: () => ({ path: '/bin', cwd: '/home/sandbox' }),
  async loadFiles(payload, { mountPoints } = {}) {
    await writeTree(mountPoints ?? '', JSON.parse(new TextDecoder().decode(payload)));
  },
  async run({ command, args, cwd, env }, _stdout, _stderr, onOutput) {
    const id = await machine('spawn', command, args, cwd ?? '', env ?? {});
    const { promise, resolve } = Promise.withResolvers();
    follow(id, onOutput, resolve);
    return Comlink.proxy({
      onExit: promise,
      kill: () => machine('kill', id),
      write: (text) => machine('input', id, text),
      resize: () => {},
    });
  },
  on(event, listener) {
    listeners[event]?.add(listener);
    return Comlink.proxy(() => listeners[event]?.delete(listener));
  },
  setPreviewScript: () => {},
  serialize: () => encoder.encode('{"d":{}}'),
  teardown: () => {},
};

if (settings.mode !== 'never-init') {
  const { port1, port2 } = new MessageChannel();
  Comlink.expose(
    {
      async build() {
        await wait(settings.bootMs);
        if (settings.mode === 'build-error') throw new Error('Unauthorized client_id');
        return Comlink.proxy(container);
      },
    },
    port1,
  );
  parent.postMessage({ type: 'init' }, '*', [port2]);
}
