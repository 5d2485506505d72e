import type { Random } from '../../src/random.js';
import { daysAgo } from '../load/days-ago.js';
import { questionsAbout } from '../load/questions.js';
import type { Answer, Exchange } from './client.js';
import { pick, type Shop } from './shop.js';

const PERIODS = ['week', 'month', 'year'];
const JSON_TYPE = { 'content-type': 'application/json' };

type Ask = () => Exchange;

/** Questions of merchants and analysts about one shop; each call draws another one. */
export function questionsOf(shop: Shop, random: Random): Readonly<Record<string, Ask>> {
  const { warm } = questionsAbout(shop.categories);
  const merchant = () => pick(random, shop.merchants);
  const category = () => encodeURIComponent(pick(random, shop.categories));
  const product = () => encodeURIComponent(pick(random, shop.products));
  const period = () => pick(random, PERIODS);
  const get = (kind: string, path: string, headers = merchant()): Exchange => ({
    kind,
    path: `/api/v1/${path}`,
    headers,
  });
  const post = (kind: string, path: string, body: unknown): Exchange => ({
    ...get(kind, path, { ...merchant(), ...JSON_TYPE }),
    method: 'POST',
    body: JSON.stringify(body),
  });
  const level = () => (0.5 + 0.49 * random.uniform()).toFixed(4);
  const cold = [
    () => `forecast/top-products?time_period=${period()}&limit=${1 + random.integer(1_000)}`,
    () => `forecast/top-products?time_period=${period()}&category=${category()}&confidence_level=${level()}`,
    () => `forecast/categories?time_period=${period()}&confidence_level=${level()}&quantiles=0.1,0.5,0.9`,
    () => `forecast/trends/${category()}?days=${1 + random.integer(730)}`,
  ];
  const details = [
    () => `forecast/daily?product_id=${product()}`,
    () => `forecast/daily?category=${category()}&history=${1 + random.integer(700)}`,
    () => `forecast/explain?time_period=${period()}&product_id=${product()}`,
    () => `forecast/past?product_id=${product()}`,
  ];
  const totals = [
    () => `sales/totals?from=${daysAgo(1 + random.integer(360))}&to=${daysAgo(0)}`,
    () => `sales/totals/products?from=${daysAgo(1 + random.integer(360))}&to=${daysAgo(0)}`,
  ];
  const mistakes = [
    () => `forecast/top-products?time_period=decade`,
    () => `forecast/top-products?time_period=week&limit=${1_001 + random.integer(1_000)}`,
    () => `forecast/trends/${category()}?days=0`,
    () => `forecast/daily?product_id=there-is-no-${random.uint32()}`,
    () => `model/versions/${random.uint32()}`,
  ];
  const services = [
    () => get('health', '../../health/ready'),
    () => get('metrics', '../../metrics', shop.admin),
    () => get('model', 'model'),
    () => get('model', 'model/versions', shop.admin),
    () => get('documentation', '../../openapi.json'),
  ];
  return {
    warm: () => ({
      ...get('forecast, warm', ''),
      path: pick(random, warm),
      repeatable: true,
      check: disorder,
    }),
    cold: () => ({ ...get('forecast, cold', pick(random, cold)()), check: disorder }),
    predict: () =>
      post('predict', 'forecast/predict', {
        time_period: period(),
        categories: [pick(random, shop.categories)],
        confidence_level: Number(level()),
      }),
    detail: () => get('product or category', pick(random, details)()),
    totals: () => get('totals of sales', pick(random, totals)()),
    summary: () => get('summary of sales', 'sales/summary', shop.admin),
    analyst: () => get('analyst', `forecast/categories?time_period=${period()}`, shop.analyst),
    export: () =>
      post('export', 'forecast/table', {
        level: 'product',
        category: pick(random, shop.categories),
        horizon: 90,
        granularity: pick(random, ['day', 'week', 'month']),
        quantiles: [0.05, 0.5, 0.95],
      }),
    whatIf: () =>
      post('what-if', 'forecast/what-if', {
        time_period: pick(random, ['week', 'month']),
        plan: [
          { date: daysAgo(-1 - random.integer(20)), product_id: pick(random, shop.products), promo: true },
        ],
      }),
    stockPlan: () =>
      post('stock plan', 'forecast/stock-plan', {
        stock: shop.products
          .filter(() => random.uniform() < 0.5)
          .map((product_id) => ({ product_id, on_hand: random.integer(200) })),
        lead_time: 3 + random.integer(20),
        service_level: 0.95,
      }),
    aborted: () => ({
      ...get('gone before the answer', pick(random, [...cold, ...details, ...totals])()),
      abortAfterMs: random.integer(15),
    }),
    mistake: () => ({ ...get('mistake', pick(random, mistakes)()), expected: [400, 404] }),
    refusedKey: () => ({
      ...get('refused key', `forecast/categories?time_period=week`, {
        authorization: `Bearer cf_0123456789abcdef_${String(random.uint32()).padStart(43, 'x')}`,
      }),
      expected: [401],
    }),
    forbidden: () => ({ ...get('forbidden', 'sales/summary', shop.analyst), expected: [403] }),
    service: () => pick(random, services)(),
    forget: () => ({
      ...post('cache emptied', 'cache/invalidate', {}),
      headers: { ...shop.admin, ...JSON_TYPE },
      expected: [200, 204],
    }),
  };
}

interface Ranked {
  readonly rank: number;
  readonly confidence_lower: number;
  readonly confidence_upper: number;
}

/** Finds what is wrong with the order of ranks or bounds of a forecast. */
function disorder({ json }: Answer): string | undefined {
  const products: readonly Ranked[] = json.products ?? [];
  if (products.some(({ rank }, index) => rank !== index + 1)) return 'ranks are not in order';
  const bounded: readonly Partial<Ranked>[] = json.products ?? json.predictions ?? json.forecast_data;
  if (bounded.length === 0) return 'is empty';
  const isBad = ({ confidence_lower: lower = 0, confidence_upper: upper = 0 }: Partial<Ranked>) =>
    !(Number.isFinite(lower) && Number.isFinite(upper) && lower <= upper);
  return bounded.some(isBad) ? 'an interval is none' : undefined;
}
