import { queryOptions } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from './client.js';
import { LISTED, MAX_PRODUCTS } from './limits.js';
import { PAST_DAYS, type TimePeriod } from './periods.js';
import { ApiProblem } from './problem.js';
import { maybeSignedIn, noteSignedIn, noteSignedOut } from './signed-in.js';

const UNAUTHORIZED = 401;
const FORBIDDEN = 403;
const CONFLICT = 409;

/** The session; null if signed out. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => {
    if (!maybeSignedIn()) return null;
    try {
      const session = await dataOf(api.GET('/api/v1/session', { signal }));
      noteSignedIn(session);
      return session;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== UNAUTHORIZED) throw error;
      noteSignedOut();
      return null;
    }
  },
  staleTime: 60_000,
  // Whoever has signed out comes to the sign-in page without a connection, too.
  networkMode: 'always',
});

export const modelQuery = queryOptions({
  queryKey: ['model'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/model', { signal })),
});

export const categoriesQuery = (time_period: TimePeriod) =>
  queryOptions({
    queryKey: ['categories', time_period],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/forecast/categories', { params: { query: { time_period } }, signal })),
  });

export const productsQuery = (time_period: TimePeriod, category?: string) =>
  queryOptions({
    queryKey: ['products', time_period, category ?? null],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/forecast/top-products', {
          params: {
            query: { time_period, limit: MAX_PRODUCTS, ...(category !== undefined && { category }) },
          },
          signal,
        }),
      ),
  });

/** Sales of the last days that the forecast does not explain; null while the history is too short to tell. */
export const alertsQuery = queryOptions({
  queryKey: ['alerts'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/api/v1/alerts', { signal })).catch((error: unknown) => {
      if (error instanceof ApiProblem && error.status === CONFLICT) return null;
      throw error;
    }),
});

/** A product, or a category. */
export type Subject = { readonly product_id: string } | { readonly category: string };

export const dailyQuery = (subject: Subject, horizon: number) =>
  queryOptions({
    queryKey: ['daily', subject, horizon],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/forecast/daily', { params: { query: { ...subject, horizon } }, signal })),
  });

/** Forecasts made before the last days, beside what was sold. */
export const pastQuery = (subject: Subject) =>
  queryOptions({
    queryKey: ['past', subject],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/api/v1/forecast/past', { params: { query: { ...subject, days: PAST_DAYS } }, signal }),
      ),
  });

export const explainQuery = (subject: Subject, time_period: TimePeriod) =>
  queryOptions({
    queryKey: ['explain', subject, time_period],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/forecast/explain', { params: { query: { ...subject, time_period } }, signal })),
  });

export const categoryTotalsQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['category-totals', from, to],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/sales/totals', { params: { query: { from, to } }, signal })),
  });

export const productTotalsQuery = (from: string, to: string) =>
  queryOptions({
    queryKey: ['product-totals', from, to],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/api/v1/sales/totals/products', { params: { query: { from, to } }, signal })),
  });

export const planQuery = queryOptions({
  queryKey: ['plan'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/plan', { signal })),
});

/** Difference that a plan would make in a period; nothing is stored by asking. */
export const whatIfQuery = (record: Schemas['PlanRecord'], time_period: TimePeriod) =>
  queryOptions({
    queryKey: ['what-if', record, time_period],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/forecast/what-if', { body: { time_period, plan: [record], limit: 100 }, signal }),
      ),
  });

/** Rows of a stock plan that are shown, the most urgent first. */
const MAX_STOCK_ROWS = 2_000;

/** Orders for some stock; nothing is stored by asking. */
export const stockPlanQuery = (question: Omit<Schemas['StockPlanRequest'], 'limit'>) =>
  queryOptions({
    queryKey: ['stock-plan', question],
    queryFn: ({ signal }) =>
      dataOf(
        api.POST('/api/v1/forecast/stock-plan', { body: { ...question, limit: MAX_STOCK_ROWS }, signal }),
      ),
    // Each number that is typed asks for another plan: only the last one is worth keeping.
    gcTime: 60_000,
  });

export const salesSummaryQuery = queryOptions({
  queryKey: ['sales-summary'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/sales/summary', { signal })),
});

export const deliveriesQuery = queryOptions({
  queryKey: ['deliveries'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/api/v1/sales/deliveries', { params: { query: { limit: LISTED } }, signal })),
});

export const removalsQuery = queryOptions({
  queryKey: ['removals'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/api/v1/sales/removals', { params: { query: { limit: LISTED } }, signal })),
});

export const versionsQuery = queryOptions({
  queryKey: ['versions'],
  queryFn: ({ signal }) => dataOf(api.GET('/api/v1/model/versions', { signal })),
});

/** The last training; null before the first. */
export const latestTrainingQuery = queryOptions({
  queryKey: ['training'],
  queryFn: ({ signal }) =>
    dataOf(api.GET('/api/v1/model/trainings/{id}', { params: { path: { id: 'latest' } }, signal })).catch(
      (error: unknown) => {
        if (error instanceof ApiProblem && error.code === 'not-found') return null;
        throw error;
      },
    ),
});

export const keysQuery = queryOptions({
  queryKey: ['keys'],
  queryFn: ({ signal }) => allKeys(signal),
});

/** Tenants of the installation; none for the administrator of one, and on an embedded database. */
export const tenantsQuery = queryOptions({
  queryKey: ['tenants'],
  queryFn: async ({ signal }) => {
    try {
      return (await dataOf(api.GET('/api/v1/tenants', { signal }))).tenants;
    } catch (error) {
      if (error instanceof ApiProblem && [FORBIDDEN, CONFLICT].includes(error.status)) return [];
      throw error;
    }
  },
});

async function allKeys(signal: AbortSignal) {
  const pages: Schemas['ApiKey'][] = [];
  let after: string | undefined;
  do {
    const query = { limit: 1_000, ...(after !== undefined && { after }) };
    const { keys, next } = await dataOf(api.GET('/api/v1/api-keys', { params: { query }, signal }));
    pages.push(...keys);
    after = next ?? undefined;
  } while (after !== undefined);
  return { keys: pages };
}
