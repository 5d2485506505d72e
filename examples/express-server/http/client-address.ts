import { isIPv6 } from 'node:net';
import type { Request } from 'express';

/** An address of IPv4 as a socket for both versions gives it. */
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Parts of an address of IPv6, and those of them that name the network. */
const PARTS = 8;
const OF_NETWORK = 4;

/** Names whoever a request comes from, for limits: an address, or its network of IPv6, in which one client has as many addresses as it likes. */
export function clientOf({ ip = 'unknown' }: Pick<Request, 'ip'>): string {
  const address = MAPPED.exec(ip)?.[1] ?? ip;
  return isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const [start = '', end] = address.replace(/%.*$/, '').toLowerCase().split('::');
  const [before, after] = [start, end].map((text) => (text ? text.split(':') : [])) as [string[], string[]];
  const left = Array<string>(Math.max(0, PARTS - before.length - after.length)).fill('0');
  const network = [...before, ...left, ...after].slice(0, OF_NETWORK);
  return `${network.map((part) => Number.parseInt(part, 16).toString(16)).join(':')}::/64`;
}
