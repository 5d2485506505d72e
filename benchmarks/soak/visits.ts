import type { Random } from '../../src/random.js';
import type { Client } from './client.js';
import { bearer, pick, type Shop } from './shop.js';

const PAGES = ['/', '/products', '/alerts'];
const JSON_TYPE = { 'content-type': 'application/json' };

/** Somebody opens the dashboard, looks at it, and signs out or just goes away. */
export async function visit(client: Client, shop: Shop, random: Random): Promise<void> {
  const kind = 'visit of the dashboard';
  const page = await client.send({ kind, path: pick(random, PAGES), headers: { accept: 'text/html' } });
  const assets = [...(page?.text.matchAll(/"(\/assets\/[^"]+)"/g) ?? [])].map(([, path]) => path);
  for (const path of assets) await client.send({ kind, path });
  const opened = await client.send({
    kind,
    path: '/api/v1/session',
    method: 'POST',
    headers: pick(random, shop.merchants),
    expected: [201],
  });
  const cookie = opened?.headers.get('set-cookie')?.split(';')[0];
  if (cookie === undefined) return;
  const paths = ['session', 'model', 'forecast/categories?time_period=month'];
  // Alerts are computed anew after each delivery, and cost as much as a thousand other answers.
  if (random.uniform() < 0.1) paths.push('alerts?days=7');
  await Promise.all(paths.map((path) => client.send({ kind, path: `/api/v1/${path}`, headers: { cookie } })));
  if (random.uniform() < 0.3) return;
  const headers = { cookie, 'x-csrf-protection': '1' };
  await client.send({ kind, path: '/api/v1/session', method: 'DELETE', headers, expected: [204] });
  await client.send({ kind, path: '/api/v1/session', headers: { cookie }, expected: [401] });
}

/** A key is issued, used, rotated and revoked. */
export async function keyOfADay(client: Client, { admin }: Shop): Promise<void> {
  const kind = 'key of a day';
  const path = '/api/v1/api-keys';
  const body = JSON.stringify({ name: 'soak, for a day', role: 'merchant' });
  const post = { kind, method: 'POST', headers: { ...admin, ...JSON_TYPE }, expected: [201] };
  const issued = await client.send({ ...post, path, body });
  if (issued?.status !== 201) return;
  const use = { kind, path: '/api/v1/forecast/categories?time_period=week' };
  await client.send({ ...use, headers: bearer(issued.json.key) });
  const rotated = await client.send({ ...post, headers: admin, path: `${path}/${issued.json.id}/rotate` });
  if (rotated?.status !== 201) return;
  await client.send({ ...use, headers: bearer(rotated.json.key) });
  const { id } = rotated.json;
  await client.send({ kind, path: `${path}/${id}`, method: 'DELETE', headers: admin, expected: [204] });
  await client.send({ ...use, headers: bearer(rotated.json.key), expected: [401] });
}

/** A training that is watched to its end, and by others who go away. */
export async function training(client: Client, { admin }: Shop, random: Random): Promise<void> {
  const started = await client.send({
    kind: 'training started',
    path: '/api/v1/model/train',
    method: 'POST',
    headers: admin,
    expected: [202, 409],
  });
  if (started?.status !== 202) return;
  const path = `/api/v1/model/trainings/${started.json.id}/events`;
  const leavers = Array.from({ length: 3 }, () => ({
    kind: 'event stream left',
    path,
    headers: admin,
    abortAfterMs: 100 + random.integer(3_000),
  }));
  const check = ({ text }: { readonly text: string }) =>
    text.includes('"status":"succeeded"') ? undefined : 'the training did not succeed';
  const watcher = { kind: 'event stream', path, headers: admin, check };
  await Promise.all([watcher, ...leavers].map((exchange) => client.send(exchange)));
}
