import type { SalesForecast } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { PRODUCT_READERS } from '../security/roles.js';
import type { PlanningService } from '../services/planning-service.js';
import { categoryName, noQuery, probability, problems, READERS, SMALL_CATEGORIES } from './common.js';

const MAX_PRODUCTS = 1_000;
const MAX_QUANTILES = 20;
const MAX_ROWS = 20_000;
const BODY_BYTES = 1_048_576;

const forecastBody = z
  .strictObject({
    product_ids: z.array(categoryName).min(1).max(MAX_PRODUCTS).optional(),
    category: z.optional(categoryName),
    level: z
      .enum(['product', 'category', 'total'])
      .optional()
      .describe('Kind of thing that a row is about. Default: what the question names, else the total.'),
    from: z.iso.date().optional().describe('Default: the day after the last day of sales.'),
    horizon: z.number().int().min(1).max(731).optional().describe('Days; default 30. Or:'),
    to: z.iso.date().optional().describe('the last day.'),
    granularity: z.enum(['day', 'week', 'month', 'total']).default('day'),
    period_alignment: z.enum(['rolling', 'calendar']).default('rolling'),
    quantiles: z.array(probability).max(MAX_QUANTILES).default([0.1, 0.5, 0.9]),
  })
  .meta({ id: 'ForecastRequest' });

const forecastResponse = z
  .object({
    model_version: z.string(),
    level: z.string(),
    granularity: z.string(),
    probabilities: z.array(z.number()).describe('Those of the quantiles of each row.'),
    rows: z.array(
      z.object({
        product_id: z.string().nullable(),
        category: z.string().nullable(),
        first_day: z.string(),
        last_day: z.string(),
        days: z.number().int(),
        units: z.number().describe('Expected units.'),
        median: z.number(),
        quantiles: z.array(z.number()),
        revenue: z.number().nullable().describe('Null where no price is known.'),
      }),
    ),
    products_without_price: z.number().int(),
  })
  .meta({ id: 'Forecast' });

/** Forecasts of any products or categories over any days. */
export function forecastTableEndpoints(planning: PlanningService): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/forecast/table',
      operationId: 'forecastTable',
      summary: 'Forecasts of any products or categories over any days, by day, week or month',
      description: `The role analyst may ask for categories and the total only. ${SMALL_CATEGORIES}`,
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: noQuery,
      body: { schema: forecastBody, limitBytes: BODY_BYTES },
      responses: {
        200: { description: 'The rows.', schema: forecastResponse },
        ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
      },
      handle: async ({ body, principal, signal }) => {
        const { product_ids: productIds, category, level, from, horizon, to, granularity, quantiles } = body;
        const ofProducts = productIds !== undefined || level === 'product';
        if (ofProducts && !PRODUCT_READERS.includes(principal.role)) {
          throw new HttpProblem(403, 'forbidden', 'The role of the key may not see single products.');
        }
        const about = { productIds, category, level, from, horizon, to, granularity, quantiles };
        const query = { ...about, periodAlignment: body.period_alignment, maxRows: MAX_ROWS, signal };
        return { json: forecastFields(await planning.forecast(query, principal)) };
      },
    }),
  ];
}

function forecastFields(forecast: SalesForecast): z.output<typeof forecastResponse> {
  const { modelVersion, level, granularity, probabilities, rows, productsWithoutPrice } = forecast;
  return {
    model_version: modelVersion,
    level,
    granularity,
    probabilities: [...probabilities],
    rows: rows.map(({ productId, category, firstDay, lastDay, days, units, median, quantiles, revenue }) => ({
      product_id: productId,
      category,
      first_day: firstDay,
      last_day: lastDay,
      days,
      units,
      median,
      quantiles: [...quantiles],
      revenue,
    })),
    products_without_price: productsWithoutPrice.length,
  };
}
