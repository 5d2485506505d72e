import { formatDay, MAX_TREND_DAYS } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { PRODUCT_READERS, type Principal } from '../security/roles.js';
import {
  DAILY_LEVELS,
  type DailyForecast,
  type DailyForecastService,
  type Subject,
} from '../services/daily-forecast-service.js';
import { categoryName, problems, READERS } from './common.js';

const MAX_HORIZON = 365;

export const subjectQuery = z.strictObject({
  product_id: z.optional(categoryName).describe('The product, or:'),
  category: z.optional(categoryName).describe('the category that is asked about.'),
});

const dailyQuery = subjectQuery.extend({
  history: z.coerce
    .number()
    .int()
    .min(1)
    .max(MAX_TREND_DAYS)
    .default(MAX_TREND_DAYS)
    .describe('Days before the last one that the model knows, itself included.'),
  horizon: z.coerce.number().int().min(1).max(MAX_HORIZON).default(90).describe('Days after it.'),
});

const dailyResponse = z
  .object({
    product_id: z.string().optional(),
    category: z.string(),
    model_version: z.string(),
    last_day: z.string().describe('Last day of sales that the model knows.'),
    sales: z
      .array(
        z.object({
          date: z.string(),
          units: z.number(),
          revenue: z.number().optional(),
          promo: z.boolean().optional(),
          in_stock: z.boolean().optional(),
        }),
      )
      .describe('What was sold, days after `last_day` included; days without a record are left out.'),
    levels: z.array(z.number()).describe('Levels of the intervals below, ascending.'),
    forecast: z.array(
      z.object({
        date: z.string(),
        units: z.number(),
        lower: z.array(z.number()).describe('One bound for each level.'),
        upper: z.array(z.number()),
      }),
    ),
    events: z
      .array(z.object({ date: z.string(), name: z.string() }))
      .describe('Holidays of these days, where the server knows the country.'),
  })
  .meta({ id: 'DailyForecast' });

/** Days of a product or a category. */
export function dailyEndpoints(daily: DailyForecastService): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/daily',
      operationId: 'dailyForecast',
      summary: 'Sales and forecasts of a product or a category, day by day',
      description: 'The role analyst may ask for categories only.',
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: dailyQuery,
      responses: {
        200: { description: 'The days.', schema: dailyResponse },
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
      handle: async ({ query, principal, signal }) => {
        const { product_id: productId, history, horizon } = query;
        const subject = subjectOf(query, principal);
        const answer = await daily.days(subject, { history, horizon }, principal, signal);
        return {
          json: { ...(productId !== undefined && { product_id: productId }), ...dailyFields(answer) },
        };
      },
    }),
  ];
}

/**
 * Reads what is asked about.
 *
 * @throws HttpProblem 403 for a product that the role may not see, 400 unless it is one product or one category.
 */
export function subjectOf(
  { product_id: productId, category }: z.output<typeof subjectQuery>,
  { role }: Principal,
): Subject {
  if (productId !== undefined && !PRODUCT_READERS.includes(role)) {
    throw new HttpProblem(403, 'forbidden', 'The role of the key may not see single products.');
  }
  const subject = productId === undefined ? category !== undefined && { category } : { productId };
  if (!subject || (productId !== undefined && category !== undefined)) {
    throw new HttpProblem(400, 'invalid-parameter', 'Give either product_id or category', {
      path: ['query', 'product_id'],
    });
  }
  return subject;
}

function dailyFields(answer: DailyForecast): z.output<typeof dailyResponse> {
  const { category, modelVersion, cutoffDay, sales, forecast, events } = answer;
  return {
    category,
    model_version: modelVersion,
    last_day: formatDay(cutoffDay),
    sales: sales.map(({ day, units, revenue, promo, inStock }) => ({
      date: formatDay(day),
      units,
      ...(revenue !== undefined && { revenue }),
      ...(promo !== undefined && { promo }),
      ...(inStock !== undefined && { in_stock: inStock }),
    })),
    levels: [...DAILY_LEVELS],
    forecast: forecast.map(({ day, units, lower, upper }) => ({
      date: formatDay(day),
      units,
      lower: [...lower],
      upper: [...upper],
    })),
    events: events.map(({ day, name }) => ({ date: formatDay(day), name })),
  };
}
