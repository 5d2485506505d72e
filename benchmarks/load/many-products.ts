import type { LoadedServer } from './server.js';

const DAY_MS = 86_400_000;
const LAST_DAY = Date.UTC(2024, 5, 30);
const CATEGORIES = 20;
const PRODUCTS_PER_DELIVERY = 1_000;

/** Stores sales of many products, trains on them, and measures the answer about their top products when it is cold. */
export async function measureManyProducts(
  server: LoadedServer,
  products: number,
  days: number,
  samples: number,
): Promise<{ readonly p50Ms: number; readonly maxMs: number }> {
  const headers = { authorization: `Bearer ${server.key}` };
  const call = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(server.url + path, { ...init, headers: { ...headers, ...init.headers } });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text === '' ? undefined : JSON.parse(text);
  };
  for (let first = 0; first < products; first += PRODUCTS_PER_DELIVERY) {
    const body = salesCsv(first, Math.min(products, first + PRODUCTS_PER_DELIVERY), days);
    await call('/api/v1/sales', { method: 'POST', headers: { 'content-type': 'text/csv' }, body });
  }
  await call('/api/v1/model/train', { method: 'POST' });
  for (;;) {
    const { status, failure } = await call('/api/v1/model/trainings/latest');
    if (status === 'failed') throw new Error(`The training failed: ${failure}`);
    if (status === 'succeeded') break;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  const times: number[] = [];
  for (let i = 0; i < samples; i++) {
    const json = { 'content-type': 'application/json' };
    await call('/api/v1/cache/invalidate', { method: 'POST', headers: json, body: '{}' });
    const start = performance.now();
    const { total_count } = await call('/api/v1/forecast/top-products?time_period=month&limit=100');
    times.push(performance.now() - start);
    if (total_count !== products) throw new Error(`${total_count} products instead of ${products}`);
  }
  times.sort((a, b) => a - b);
  return { p50Ms: times[Math.floor(samples / 2)], maxMs: times[samples - 1] };
}

function salesCsv(from: number, to: number, days: number): string {
  const lines = ['date,product_id,category,units'];
  for (let product = from; product < to; product++) {
    for (let day = 0; day < days; day++) {
      const date = new Date(LAST_DAY - (days - 1 - day) * DAY_MS).toISOString().slice(0, 10);
      const units = 1 + ((product * 7 + day * 3) % 11);
      lines.push(`${date},product-${product},category-${product % CATEGORIES},${units}`);
    }
  }
  return lines.join('\n');
}
