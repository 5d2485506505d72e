import { type DailySale, type Day, ForecastError, formatDay, parseDay } from 'commerce-forecast';
import type { PostgresStorage } from 'commerce-forecast/postgres';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import type { CategoryAccess } from '../security/category-access.js';
import { PRODUCT_READERS, type Principal } from '../security/roles.js';
import { problems, READERS, SCOPE_KINDS, SMALL_CATEGORIES } from './common.js';

const MAX_DAYS = 366;
const isoDay = z.iso.date();

const totalsQuery = z.strictObject({
  from: isoDay.describe('First day, included.'),
  to: isoDay.describe(`Last day, included, at most ${MAX_DAYS} days later.`),
});

const sumsShape = {
  units: z.number(),
  revenue: z.number().nullable().describe('Null if no record has one.'),
  days: z.number().int().describe('Days with records.'),
};
const rangeShape = { from: z.string(), to: z.string() };

const categoryTotals = z
  .object({ ...rangeShape, categories: z.array(z.object({ category: z.string(), ...sumsShape })) })
  .meta({ id: 'CategoryTotals' });

const productTotals = z
  .object({
    ...rangeShape,
    products: z.array(z.object({ product_id: z.string(), category: z.string(), ...sumsShape })),
  })
  .meta({ id: 'ProductTotals' });

interface Sums {
  units: number;
  revenue: number | undefined;
  readonly days: Set<Day>;
}

/** Sums of what was sold over a span of days. */
export function salesTotalsEndpoints(
  storage: Pick<PostgresStorage, 'read' | 'dailyTotals'>,
  access: CategoryAccess,
): Endpoint[] {
  const common = { method: 'get', tag: 'Sales', query: totalsQuery } as const;
  async function* readSeen(range: Range, principal: Principal, signal: AbortSignal) {
    const locations = principal.scope?.locations;
    const visible = access.visible(principal);
    for await (const rows of storage.read({ ...range, signal })) {
      yield rows.filter(
        (sale) => (visible?.has(sale.category) ?? true) && (locations?.includes(sale.location ?? '') ?? true),
      );
    }
  }
  return [
    endpoint({
      ...common,
      path: '/api/v1/sales/totals',
      operationId: 'categoryTotals',
      summary: 'Sales of the categories over a span of days',
      description: SMALL_CATEGORIES,
      access: READERS,
      scopes: SCOPE_KINDS,
      responses: {
        200: { description: 'The sums.', schema: categoryTotals },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query, principal, signal }) => {
        const range = rangeOf(query);
        const byCategory = new Map<string, Sums>();
        if (principal.scope?.locations) {
          for await (const rows of readSeen(range, principal, signal)) {
            for (const sale of rows) addTo(byCategory, sale.category, sale);
          }
        } else {
          const visible = access.visible(principal);
          for (const total of await storage.dailyTotals(range)) {
            if (visible?.has(total.category) ?? true) addTo(byCategory, total.category, total);
          }
        }
        const categories = [...byCategory].map(([category, sums]) => ({ category, ...sumFields(sums) }));
        return { json: { ...rangeFields(range), categories } };
      },
    }),
    endpoint({
      ...common,
      path: '/api/v1/sales/totals/products',
      operationId: 'productTotals',
      summary: 'Sales of the products over a span of days',
      access: PRODUCT_READERS,
      scopes: SCOPE_KINDS,
      responses: {
        200: { description: 'The sums.', schema: productTotals },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query, principal, signal }) => {
        const range = rangeOf(query);
        const byProduct = new Map<string, Sums>();
        const categoryOf = new Map<string, string>();
        for await (const rows of readSeen(range, principal, signal)) {
          for (const sale of rows) {
            addTo(byProduct, sale.productId, sale);
            categoryOf.set(sale.productId, sale.category);
          }
        }
        const products = [...byProduct].map(([product_id, sums]) => ({
          product_id,
          category: categoryOf.get(product_id) ?? '',
          ...sumFields(sums),
        }));
        return { json: { ...rangeFields(range), products } };
      },
    }),
  ];
}

interface Range {
  readonly from: Day;
  readonly to: Day;
}

/** @throws ForecastError `invalid-option` for a span that is empty or too long. */
function rangeOf(query: z.output<typeof totalsQuery>): Range {
  const range = { from: parseDay(query.from), to: parseDay(query.to) };
  const days = range.to - range.from + 1;
  if (days >= 1 && days <= MAX_DAYS) return range;
  throw new ForecastError('invalid-option', `The span must have 1 to ${MAX_DAYS} days, it has ${days}`, {
    path: ['query', 'to'],
  });
}

function addTo(
  sums: Map<string, Sums>,
  name: string,
  { day, units, revenue }: Pick<DailySale, 'day' | 'units' | 'revenue'>,
): void {
  const own = sums.get(name) ?? { units: 0, revenue: undefined, days: new Set() };
  own.units += units;
  if (revenue !== undefined) own.revenue = (own.revenue ?? 0) + revenue;
  own.days.add(day);
  sums.set(name, own);
}

function sumFields({ units, revenue, days }: Sums) {
  return { units, revenue: revenue ?? null, days: days.size };
}

function rangeFields({ from, to }: Range) {
  return { from: formatDay(from), to: formatDay(to) };
}
