import type { Random } from '../../src/random.js';
import type { LoadedServer } from '../load/server.js';

/** The shop on a server as it is at first, and the keys of those who ask. */
export interface Shop {
  readonly categories: readonly string[];
  readonly products: readonly string[];
  readonly admin: Headers;
  /** Several, so that none of them is over its limit. */
  readonly merchants: readonly Headers[];
  readonly analyst: Headers;
}

type Headers = Readonly<Record<string, string>>;

const MERCHANTS = 4;

export async function openShop({ url, key }: LoadedServer): Promise<Shop> {
  const admin = bearer(key);
  const call = async (path: string, body?: unknown) => {
    const post = body !== undefined && { method: 'POST', body: JSON.stringify(body) };
    const headers = { ...admin, 'content-type': 'application/json' };
    const response = await fetch(`${url}/api/v1/${path}`, { headers, ...post });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const issue = async (role: string) => bearer((await call('api-keys', { name: `soak ${role}`, role })).key);
  const { categories } = await call('model');
  const { products } = await call('forecast/top-products?time_period=month&limit=1000');
  return {
    categories,
    products: products.map(({ product_id }: { readonly product_id: string }) => product_id),
    admin,
    merchants: await Promise.all(Array.from({ length: MERCHANTS }, () => issue('merchant'))),
    analyst: await issue('analyst'),
  };
}

export function bearer(key: string): Headers {
  return { authorization: `Bearer ${key}` };
}

export function pick<T>(random: Random, items: readonly T[]): T {
  return items[random.integer(items.length)];
}
