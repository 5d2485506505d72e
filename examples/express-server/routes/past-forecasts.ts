import { formatDay } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { DAILY_LEVELS } from '../services/daily-forecast-service.js';
import type { PastForecastService } from '../services/past-forecast-service.js';
import { problems, READERS } from './common.js';
import { subjectOf, subjectQuery } from './daily.js';

const MAX_DAYS = 90;

const pastQuery = subjectQuery.extend({
  days: z.coerce.number().int().min(1).max(MAX_DAYS).default(28).describe('Last days to look at.'),
});

const pastResponse = z
  .object({
    levels: z.array(z.number()).describe('Levels of the intervals below, ascending.'),
    days: z
      .array(
        z.object({
          date: z.string(),
          sold: z.number(),
          expected: z.number(),
          lower: z.array(z.number()).describe('One bound for each level.'),
          upper: z.array(z.number()),
          version: z.number().int().describe('The version in production when the day began, in UTC.'),
        }),
      )
      .describe(
        'Days that are over, delivered, in stock, and were forecast before they began; oldest first.',
      ),
  })
  .meta({ id: 'PastForecasts' });

/** Forecasts made before the last days, beside what was sold. */
export function pastForecastEndpoints(past: PastForecastService): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/past',
      operationId: 'pastForecasts',
      summary: 'What the versions in use before the last days had forecast of them, beside what was sold',
      description: 'The role analyst may ask for categories only.',
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: pastQuery,
      responses: {
        200: { description: 'The days.', schema: pastResponse },
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
      handle: async ({ query, principal, signal }) => {
        const days = await past.days(subjectOf(query, principal), query.days, principal, signal);
        return {
          json: {
            levels: [...DAILY_LEVELS],
            days: days.map(({ day, sold, units, lower, upper, version }) => ({
              date: formatDay(day),
              sold,
              expected: units,
              lower: [...lower],
              upper: [...upper],
              version,
            })),
          },
        };
      },
    }),
  ];
}
