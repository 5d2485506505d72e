import type { Forecaster, PlanEntry, PlanRecord } from 'commerce-forecast';
import { readPlanCsv } from 'commerce-forecast/csv';
import { planRecordSchema } from 'commerce-forecast/schemas';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { withLimitsAs } from '../http/problem.js';
import { readUpload } from '../http/upload.js';
import { type CategoryAccess, outOfScope } from '../security/category-access.js';
import { PRODUCT_READERS, type Principal } from '../security/roles.js';
import { noQuery, problems, SCOPE_KINDS } from './common.js';

const MAX_RECORDS = 20_000;
const MAX_IDS = 500;
const { shape } = planRecordSchema;
const idText = z.string().regex(/^[0-9a-f]{16}$/);
const isoDay = z.iso.date();

const recordShape = {
  date: z.optional(shape.date).describe('A single day, instead of `from` and `to`.'),
  from: shape.from,
  to: z.optional(shape.to).describe('The last day, included.'),
  product_id: shape.productId,
  category: shape.category,
  location: shape.location,
  all: z.optional(shape.all).describe('Every product, instead of the columns above.'),
  price: shape.price,
  promo: shape.promo,
  open: shape.open,
  available: shape.available,
  event: shape.event,
  note: shape.note,
  known_since: z.optional(shape.knownSince).describe('Default: today.'),
};

/** A record of a plan, checked as the library checks it. */
export const planRecordBody = z
  .strictObject(recordShape)
  .superRefine((record, context) => {
    const checked = planRecordSchema.safeParse(toPlanRecord(record));
    if (checked.success) return;
    for (const { path, message } of checked.error.issues) {
      context.addIssue({
        code: 'custom',
        path: path.map((name) => WIRE_NAMES[String(name)] ?? name),
        message,
      });
    }
  })
  .meta({ id: 'PlanRecord' });

const WIRE_NAMES: Readonly<Record<string, string>> = { productId: 'product_id', knownSince: 'known_since' };

const planBody = z
  .strictObject({ records: z.array(planRecordBody).min(1).max(MAX_RECORDS) })
  .meta({ id: 'PlanDelivery' });

const reportSchema = z
  .object({
    records: z.number().int(),
    added: z.number().int(),
    unchanged: z.number().int().describe('Records that stood there already.'),
    rejected: z.number().int(),
    problems: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })),
    ids: z.array(z.string()),
    version: z.number().int().describe('How many changes the plan has seen.'),
  })
  .meta({ id: 'PlanReport' });

const entrySchema = z
  .object({ id: z.string(), ...recordShape, known_since: z.string(), removed_on: z.string().nullable() })
  .meta({ id: 'PlanEntry' });

const listQuery = z.strictObject({
  from: isoDay.optional().describe('Only plans that touch this day or a later one.'),
  to: isoDay.optional().describe('Only plans that touch this day or an earlier one.'),
  product_id: shape.productId,
  category: shape.category,
  location: shape.location,
  removed: z.stringbool().default(false).describe('Also plans that were taken back.'),
});

const removeQuery = z.strictObject({
  ids: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(idText).min(1).max(MAX_IDS))
    .describe('Ids of plans, separated by commas.'),
});

/** Plans of the merchant: prices, promotions, closures, events. */
export function planEndpoints(
  forecaster: Forecaster,
  access: CategoryAccess,
  limits: { readonly jsonBytes: number; readonly uploadBytes: number },
): Endpoint[] {
  const { plans } = forecaster;
  // A full plan is no failure of the server.
  const store = (records: readonly PlanRecord[]) => withLimitsAs(409, () => forecaster.plan(records));
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/plan',
      operationId: 'plan',
      summary: 'Plan prices, promotions, closures and events, as JSON or CSV',
      description:
        'One wrong record refuses a JSON body; of a CSV file wrong lines are left out and reported. Equal records are stored ' +
        'once. Forecasts change with the next training.',
      tag: 'Plan',
      access: ['admin'],
      query: noQuery,
      body: { schema: planBody, limitBytes: limits.jsonBytes },
      streams: {
        'text/csv':
          'Columns date, or from and to; product, category, location; price, promo, open, available, event, note.',
      },
      responses: {
        200: { description: 'Counts of stored and rejected records.', schema: reportSchema },
        ...problems(400, 401, 403, 409, 413, 415, 429, 503),
      },
      handle: async ({ body, request, signal }) => {
        if (body) return { json: await store(body.records.map(toPlanRecord)) };
        const csv = await readPlanCsv(readUpload(request, limits.uploadBytes), { gzip: false, signal });
        const report = await store(csv.records);
        const lines = csv.problems.map(({ line, column, message }) => ({
          path: ['line', line, column],
          message,
        }));
        return {
          json: {
            ...report,
            records: report.records + lines.length,
            rejected: report.rejected + lines.length,
            problems: lines.slice(0, 100),
          },
        };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/plan',
      operationId: 'listPlan',
      summary: 'What is planned',
      tag: 'Plan',
      access: PRODUCT_READERS,
      description:
        'A limited key gets the plans that concern its part of the shop, those for all of it among them.',
      scopes: SCOPE_KINDS,
      query: listQuery,
      responses: {
        200: { description: 'The plans, oldest first.', schema: z.object({ plans: z.array(entrySchema) }) },
        ...problems(400, 401, 403, 429, 503),
      },
      handle: async ({ query: { product_id: productId, ...query }, principal }) => {
        const { category, location } = query;
        requireSeen(access, principal, { productId, category, location });
        const entries = await plans.list({ ...query, productId });
        const seen = entries.filter((entry) => concerns(access, principal, entry));
        return { json: { plans: seen.map(entryFields) } };
      },
    }),
    endpoint({
      method: 'delete',
      path: '/api/v1/plan',
      operationId: 'removePlan',
      summary: 'Take plans back',
      description: 'Forecasts change with the next training.',
      tag: 'Plan',
      access: ['admin'],
      query: removeQuery,
      responses: {
        200: { description: 'How many stood until now.', schema: z.object({ removed: z.number().int() }) },
        ...problems(400, 401, 403, 404, 429, 503),
      },
      handle: async ({ query }) => ({ json: { removed: await forecaster.unplan(query.ids) } }),
    }),
  ];
}

/** @throws HttpProblem 403 for a question beyond the scope of the key. */
function requireSeen(access: CategoryAccess, principal: Principal, about: PlanRecordNames): void {
  access.require(principal, about, ['query']);
  const { scope } = principal;
  if (!scope?.locations || about.location === undefined || scope.locations.includes(about.location)) return;
  throw outOfScope(scope, `The key may not see the location "${about.location}".`, ['query', 'location']);
}

type PlanRecordNames = Pick<PlanRecord, 'productId' | 'category' | 'location'>;

/** Tells whether a plan concerns what a caller may see: plans for all products or all locations do. */
function concerns(access: CategoryAccess, principal: Principal, plan: PlanRecordNames): boolean {
  const locations = principal.scope?.locations;
  if (locations && plan.location !== undefined && !locations.includes(plan.location)) return false;
  return access.sees(principal, plan);
}

export function toPlanRecord({
  product_id: productId,
  known_since: knownSince,
  ...record
}: z.output<z.ZodObject<typeof recordShape>>): PlanRecord {
  return {
    ...record,
    ...(productId !== undefined && { productId }),
    ...(knownSince !== undefined && { knownSince }),
  };
}

function entryFields({
  productId,
  knownSince,
  removedOn,
  ...entry
}: PlanEntry): z.output<typeof entrySchema> {
  return {
    ...entry,
    ...(productId !== undefined && { product_id: productId }),
    known_since: knownSince,
    removed_on: removedOn ?? null,
  };
}
