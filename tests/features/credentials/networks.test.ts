import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readNetworks, toNetworks } from '../../../src/features/credentials/networks.ts';

test.each([
  ['', []],
  ['203.0.113.7', ['203.0.113.7/32']],
  ['203.0.113.0/24, 2001:DB8::/32', ['203.0.113.0/24', '2001:db8::/32']],
  ['10.0.0.0/8\n\n10.0.0.0/08\t::1', ['10.0.0.0/8', '::1/128']],
  ['0.0.0.0/0', ['0.0.0.0/0']],
])('%j is read as %j', (text, networks) => {
  expect(readNetworks(text)).toEqual({ networks });
});

test.each([
  '10.0.0.0/33',
  '10.0.0/24',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/-1',
  '10.0.0.0/8/8',
  'example.com',
  'fe80::1%eth0',
  '010.0.0.1',
  '1e1.0.0.0/8',
])('%s is no network', (text) => {
  expect(readNetworks(`192.0.2.1 ${text}`)).toEqual({ wrong: text });
});

test('more networks than a key may have are refused', () => {
  const many = Array.from({ length: 51 }, (_, n) => `10.0.${n}.0/24`).join(' ');
  expect(readNetworks(many)).toEqual({ wrong: 'more than 50 networks' });
});

test('an address is in a network when its first bits are the network’s', () => {
  const octets = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));
  fc.assert(
    fc.property(octets, octets, fc.nat(32), (network, address, bits) => {
      const toBits = (parts: number[]) => parts.map((n) => n.toString(2).padStart(8, '0')).join('');
      const inside = toBits(network).slice(0, bits) === toBits(address).slice(0, bits);
      const networks = toNetworks(`${network.join('.')}/${bits}`);
      expect(networks.has(address.join('.'))).toBe(inside);
      expect(networks.has(`::ffff:${address.join('.')}`)).toBe(inside);
    }),
  );
});

test('IPv6 has its own networks, and what is no address is in none', () => {
  const networks = toNetworks('2001:db8::/32 10.0.0.0/8');
  expect(networks.has('2001:db8:1::9')).toBe(true);
  expect(networks.has('2001:db9::1')).toBe(false);
  expect(networks.has('10.1.2.3')).toBe(true);
  expect(toNetworks('0.0.0.0/0').has('unknown')).toBe(false);
  expect(toNetworks('0.0.0.0/0').has('::1')).toBe(false);
});
