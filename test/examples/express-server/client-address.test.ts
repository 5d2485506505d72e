import { expect, it } from 'vitest';
import { clientOf } from '../../../examples/express-server/http/client-address.js';
import { startServer } from './server-fixture.js';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:7::1', '2001:db8:0:7::/64'],
  ['2001:DB8:0:7:ffff:ffff:ffff:ffff', '2001:db8:0:7::/64'],
  ['2001:0db8::', '2001:db8:0:0::/64'],
  ['2001:db8::1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8:1:2:3:4:192.0.2.7', '2001:db8:1:2::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['no address', 'no address'],
  [undefined, 'unknown'],
])('takes %s for %s', (ip, client) => {
  expect(clientOf({ ip })).toBe(client);
});

it('limits a client of IPv6, whichever of its addresses it uses', async () => {
  const server = await startServer({ REFUSED_KEYS_PER_MINUTE: '3', TRUST_PROXY_HOPS: '1' });
  const from = (ip: string) =>
    server.send('/api/v1/session', { key: 'wrong', headers: { 'x-forwarded-for': ip } });
  try {
    const statuses: number[] = [];
    for (let i = 1; i <= 5; i++) statuses.push((await from(`2001:db8::${i}`)).status);
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect((await from('2001:db8:0:1::1')).status).toBe(401);
  } finally {
    await server.close();
  }
});
