import type { Alerts } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import type { AlertService } from '../services/alert-service.js';
import { categoryName, problems, READERS, SMALL_CATEGORIES } from './common.js';

const alertsQuery = z.strictObject({
  days: z.coerce.number().int().min(1).max(28).default(7).describe('Last days to look at.'),
  category: z.optional(categoryName),
});

const alertsResponse = z
  .object({
    first_day: z.string(),
    last_day: z.string(),
    seen_until: z.string().describe('Last day that the forecasts were made from.'),
    false_discovery_rate: z.number(),
    generated_at: z.string(),
    alerts: z.array(
      z.object({
        kind: z.enum(['spike', 'drop', 'stopped', 'started', 'missed-promotion']),
        level: z.enum(['product', 'category']),
        product_id: z.string().nullable(),
        category: z.string(),
        first_day: z.string(),
        last_day: z.string(),
        units: z.number(),
        expected_units: z.number().nullable(),
        lower: z.number().nullable().describe('Bounds of the 99 % interval.'),
        upper: z.number().nullable(),
        p_value: z.number().nullable(),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'Alerts' });

/** Sales of the last days that the forecast does not explain. */
export function alertEndpoints(alerts: AlertService): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/alerts',
      operationId: 'alerts',
      summary: 'Sales of the last days that the forecast from before them does not explain',
      description: `The role analyst gets those of categories only. ${SMALL_CATEGORIES}`,
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: alertsQuery,
      responses: {
        200: { description: 'The largest differences first.', schema: alertsResponse },
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
      handle: async ({ query, principal }) => ({ json: alertFields(await alerts.alerts(query, principal)) }),
    }),
  ];
}

function alertFields(answer: Alerts): z.output<typeof alertsResponse> {
  return {
    first_day: answer.firstDay,
    last_day: answer.lastDay,
    seen_until: answer.seenUntil,
    false_discovery_rate: answer.falseDiscoveryRate,
    generated_at: answer.generatedAt,
    alerts: answer.alerts.map(
      ({ kind, level, productId, category, firstDay, lastDay, units, message, ...own }) => ({
        kind,
        level,
        product_id: productId,
        category,
        first_day: firstDay,
        last_day: lastDay,
        units,
        expected_units: own.expectedUnits,
        lower: own.lower,
        upper: own.upper,
        p_value: own.pValue,
        message,
      }),
    ),
  };
}
