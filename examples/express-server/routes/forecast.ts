import { DEFAULT_LIMIT, DEFAULT_TREND_DAYS, type DistributionQuery, MAX_TREND_DAYS } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import {
  categoriesResponseSchema,
  predictResponseSchema,
  topProductsResponseSchema,
  trendsResponseSchema,
} from '../http/forecast-responses.js';
import { PRODUCT_READERS } from '../security/roles.js';
import type { ForecastService } from '../services/forecast-service.js';
import {
  categoryName,
  noQuery,
  probability,
  problems,
  READERS,
  SMALL_CATEGORIES,
  timePeriod,
} from './common.js';

const MAX_LIMIT = 1_000;
const MAX_CATEGORIES = 1_000;
const MAX_QUANTILES = 100;
const MAX_LIST_CHARACTERS = 2_000;
const PREDICT_LIMIT_BYTES = 262_144;
const PROBLEMS = problems(400, 401, 403, 404, 429, 503);

const DESCRIBED = {
  level: 'Level of the intervals; that of the training by default.',
  quantiles: 'Probabilities of the quantiles that each forecast lists',
};
/** Level and quantiles in the text of a query. */
const distributionQuery = {
  confidence_level: z.coerce.number().gt(0).lt(1).optional().describe(DESCRIBED.level),
  quantiles: z
    .string()
    .max(MAX_LIST_CHARACTERS)
    .transform((list) => list.split(',').map(Number))
    .pipe(z.array(probability).max(MAX_QUANTILES))
    .optional()
    .describe(`${DESCRIBED.quantiles}, separated by commas: \`0.1,0.5,0.9\`.`),
};

const topProductsQuery = z.strictObject({
  time_period: timePeriod,
  category: z.optional(categoryName).describe('Only products of this category; all by default.'),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  ...distributionQuery,
});
const categoriesQuery = z.strictObject({ time_period: timePeriod, ...distributionQuery });
const trendsQuery = z.strictObject({
  days: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_TREND_DAYS)
    .default(DEFAULT_TREND_DAYS)
    .describe('Days of history and of forecast.'),
});
const predictBody = z
  .strictObject({
    time_period: timePeriod,
    categories: z.array(categoryName).min(1).max(MAX_CATEGORIES).optional().describe('All by default.'),
    include_confidence: z.boolean().default(true),
    confidence_level: probability.optional().describe(DESCRIBED.level),
    quantiles: z.array(probability).max(MAX_QUANTILES).optional().describe(`${DESCRIBED.quantiles}.`),
  })
  .meta({ id: 'PredictRequest' });

interface AskedDistribution {
  readonly confidence_level?: number | undefined;
  readonly quantiles?: number[] | undefined;
}

function distributionOf({ confidence_level, quantiles }: AskedDistribution): DistributionQuery {
  return {
    ...(confidence_level !== undefined && { intervalLevel: confidence_level }),
    ...(quantiles && { quantiles }),
  };
}

/** The four documented questions. */
export function forecastEndpoints(forecasts: ForecastService): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/top-products',
      operationId: 'topProducts',
      summary: 'The products with the largest expected volume',
      tag: 'Forecasts',
      access: PRODUCT_READERS,
      scopes: ['categories'],
      direct: true,
      query: topProductsQuery,
      responses: { 200: { description: 'The ranking.', schema: topProductsResponseSchema }, ...PROBLEMS },
      handle: async ({ query, principal }) => ({
        encoded: await forecasts.topProducts(
          {
            timePeriod: query.time_period,
            category: query.category,
            limit: query.limit,
            ...distributionOf(query),
          },
          principal,
        ),
      }),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/categories',
      operationId: 'categories',
      summary: 'The forecasts of all categories',
      description: `For the role analyst \`top_products\` is empty. ${SMALL_CATEGORIES}`,
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      direct: true,
      query: categoriesQuery,
      responses: { 200: { description: 'All categories.', schema: categoriesResponseSchema }, ...PROBLEMS },
      handle: async ({ query, principal }) => ({
        encoded: await forecasts.categories(
          { timePeriod: query.time_period, ...distributionOf(query) },
          principal,
        ),
      }),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/trends/{category}',
      operationId: 'trends',
      summary: 'History, forecast and statistics of a category',
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      direct: true,
      params: z.strictObject({ category: categoryName }),
      query: trendsQuery,
      responses: { 200: { description: 'The trend.', schema: trendsResponseSchema }, ...PROBLEMS },
      handle: async ({ params, query, principal }) => ({
        encoded: await forecasts.trends(params.category, query.days, principal),
      }),
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/trends',
      operationId: 'trendsByName',
      summary: 'The same for any name of a category, which need not fit into a path',
      description: 'Clients and proxies take `.` and `..` out of a path, and some of them `%2F`.',
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      direct: true,
      query: trendsQuery.extend({ category: categoryName }),
      responses: { 200: { description: 'The trend.', schema: trendsResponseSchema }, ...PROBLEMS },
      handle: async ({ query, principal }) => ({
        encoded: await forecasts.trends(query.category, query.days, principal),
      }),
    }),
    endpoint({
      method: 'post',
      path: '/api/v1/forecast/predict',
      operationId: 'predict',
      summary: 'The forecasts of chosen categories',
      description: `For the role analyst \`top_products\` is empty. ${SMALL_CATEGORIES}`,
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: noQuery,
      body: { schema: predictBody, limitBytes: PREDICT_LIMIT_BYTES },
      responses: {
        200: { description: 'The forecasts.', schema: predictResponseSchema },
        ...PROBLEMS,
        ...problems(413, 415),
      },
      handle: async ({ body, principal }) => ({
        encoded: await forecasts.predict(
          {
            timePeriod: body.time_period,
            categories: body.categories,
            includeConfidence: body.include_confidence,
            ...distributionOf(body),
          },
          principal,
        ),
      }),
    }),
  ];
}
