import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server that can be cut. */
export interface CuttableLink {
  /** The address of the same server through this link. */
  url: string;
  /** Breaks what is open, and takes nothing new until `mend`. */
  cut(): void;
  /** Goes on taking everything and passing on nothing, as when a cable is pulled. */
  freeze(): void;
  mend(): void;
  close(): Promise<void>;
}

/** `to` is an address such as `postgres://…`. */
export async function openLink(to: string): Promise<CuttableLink> {
  const target = new URL(to);
  const sockets = new Set<Socket>();
  let state: 'open' | 'cut' | 'frozen' = 'open';
  const server = createServer((here) => {
    if (state === 'cut') {
      here.destroy();
      return;
    }
    const there = connect(Number(target.port), target.hostname);
    for (const [from, into] of [
      [here, there],
      [there, here],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => state === 'open' && into.write(chunk));
      from.on('error', () => into.destroy());
      from.on('close', () => {
        sockets.delete(from);
        into.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(to);
  url.port = String((server.address() as AddressInfo).port);
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: url.href,
    cut() {
      state = 'cut';
      breakAll();
    },
    freeze() {
      state = 'frozen';
    },
    mend() {
      // What was frozen has lost what it should have passed on.
      if (state === 'frozen') breakAll();
      state = 'open';
    },
    close: () =>
      new Promise((resolve) => {
        breakAll();
        server.close(() => resolve());
      }),
  };
}
