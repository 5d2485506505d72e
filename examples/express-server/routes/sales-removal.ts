import { type Day, formatDay, parseDay, type SalesStorage } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { categoryName, problems, storableText } from './common.js';

const MAX_LISTED = 1_000;
const MAX_REASON = 200;
const MAX_ID = 400;

const day = z.iso.date();

const removalQuery = z.strictObject({
  delivery: storableText(MAX_ID).min(1).optional().describe('Id of a delivery that is taken back.'),
  from: day.optional().describe('First day whose sales are removed.'),
  to: day.optional().describe('Last day whose sales are removed.'),
  product_id: z.optional(categoryName),
  category: z.optional(categoryName),
  reason: storableText(MAX_REASON).optional().describe('Kept in the log of removals.'),
});

const limitQuery = z.strictObject({ limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(100) });

const deliveriesResponse = z
  .object({
    deliveries: z.array(
      z.object({
        id: z.string(),
        rows: z.number().int(),
        first_day: z.string(),
        last_day: z.string(),
        written_at: z.string(),
        can_undo: z
          .boolean()
          .describe('False once a later delivery changed the same rows, and 30 days after it came.'),
      }),
    ),
  })
  .meta({ id: 'SalesDeliveries' });

const removalsResponse = z
  .object({
    removals: z.array(
      z.object({
        at: z.string(),
        rows: z.number().int(),
        by: z.string().nullable().describe('Id of the key.'),
        reason: z.string().nullable(),
        delivery: z.string().nullable(),
        from: z.string().nullable(),
        to: z.string().nullable(),
        product_ids: z.array(z.string()).nullable(),
        categories: z.array(z.string()).nullable(),
      }),
    ),
  })
  .meta({ id: 'SalesRemovals' });

/** Deliveries that can be taken back, sales that can be removed, and who did so. */
export function salesRemovalEndpoints(storage: SalesStorage): Endpoint[] {
  return [
    endpoint({
      method: 'get',
      path: '/api/v1/sales/deliveries',
      operationId: 'listDeliveries',
      summary: 'Deliveries that are stored',
      tag: 'Sales',
      access: ['admin'],
      query: limitQuery,
      responses: {
        200: { description: 'The deliveries, the latest first.', schema: deliveriesResponse },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query }) => {
        const deliveries = await storage.deliveries(query.limit);
        return {
          json: {
            deliveries: deliveries.map(({ id, rows, firstDay, lastDay, writtenAt, canUndo }) => ({
              id,
              rows,
              first_day: formatDay(firstDay),
              last_day: formatDay(lastDay),
              written_at: writtenAt,
              can_undo: canUndo,
            })),
          },
        };
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/sales',
      operationId: 'removeSales',
      summary: 'Take a delivery back, or remove sales by days, product and category',
      description:
        'A delivery is taken back whole: rows that it added go, rows that it changed become what they were before, and its ' +
        'Idempotency-Key is free again. Sales of a selection fit all of its conditions. To correct sales, deliver them again ' +
        'with `mode=replace`. Each removal is logged with the key. Forecasts change with the next training.',
      tag: 'Sales',
      access: ['admin'],
      query: removalQuery,
      responses: {
        200: {
          description: 'How many daily rows were removed, or are as before again.',
          schema: z.object({ rows: z.number().int() }),
        },
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
      handle: async ({ query, principal }) => {
        const { delivery, reason, ...conditions } = query;
        const note = { by: principal.keyId, reason };
        if (delivery === undefined) {
          return { json: { rows: await storage.delete(selectionOf(conditions), note) } };
        }
        if (Object.values(conditions).some((condition) => condition !== undefined)) {
          const detail = 'A delivery is taken back whole, without days, product or category';
          throw new HttpProblem(400, 'invalid-parameter', detail, { path: ['query', 'delivery'] });
        }
        return { json: { rows: await storage.undo(delivery, note) } };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/sales/removals',
      operationId: 'listRemovals',
      summary: 'Log of removals',
      tag: 'Sales',
      access: ['admin'],
      query: limitQuery,
      responses: {
        200: { description: 'The removals, the latest first.', schema: removalsResponse },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query }) => {
        const removals = await storage.removals(query.limit);
        return {
          json: {
            removals: removals.map(({ at, rows, by, reason, deliveryId, selection }) => ({
              at,
              rows,
              by: by ?? null,
              reason: reason ?? null,
              delivery: deliveryId ?? null,
              from: isoOrNull(selection?.from),
              to: isoOrNull(selection?.to),
              product_ids: selection?.productIds ?? null,
              categories: selection?.categories ?? null,
            })),
          },
        };
      },
    }),
  ];
}

function selectionOf({
  from,
  to,
  product_id,
  category,
}: Pick<z.output<typeof removalQuery>, 'from' | 'to' | 'product_id' | 'category'>) {
  return {
    ...(from !== undefined && { from: parseDay(from) }),
    ...(to !== undefined && { to: parseDay(to) }),
    ...(product_id !== undefined && { productIds: [product_id] }),
    ...(category !== undefined && { categories: [category] }),
  };
}

function isoOrNull(value: Day | undefined): string | null {
  return value === undefined ? null : formatDay(value);
}
