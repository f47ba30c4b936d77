import { BlockList, isIP } from 'node:net';

/** Where a key may be used from. */
export interface Networks {
  has(address: string): boolean;
}

const MOST = 50;

export type NetworkReading = { networks: string[] } | { wrong: string };

/**
 * Reads a list as people write it: networks in CIDR notation or single addresses, between spaces, commas or new lines.
 * `wrong` is the first part that is neither, or says that there are too many.
 */
export function readNetworks(text: string): NetworkReading {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const networks = new Set<string>();
  for (const part of parts) {
    const network = readNetwork(part);
    if (network === null) return { wrong: part.slice(0, 50) };
    networks.add(network);
  }
  return networks.size > MOST ? { wrong: `more than ${MOST} networks` } : { networks: [...networks] };
}

/** `203.0.113.7` becomes `203.0.113.7/32`; null for what is no network. */
function readNetwork(text: string): string | null {
  const [address = '', bits, ...rest] = text.toLowerCase().split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || rest.length > 0) return null;
  const most = family === 4 ? 32 : 128;
  if (bits === undefined) return `${address}/${most}`;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= most ? `${address}/${Number(bits)}` : null;
}

/** The networks as they are stored, between spaces. */
export function toNetworks(stored: string): Networks {
  const list = new BlockList();
  for (const network of stored.split(' ')) {
    const [address = '', bits] = network.split('/');
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return {
    has(address) {
      // A socket that takes both families shows IPv4 callers like this.
      const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
      const family = isIP(plain);
      return family !== 0 && list.check(plain, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}
