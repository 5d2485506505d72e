import type { StockPlan, StockPlanRow, StockRecord } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { PRODUCT_READERS } from '../security/roles.js';
import type { PlanningService } from '../services/planning-service.js';
import { categoryName, noQuery, problems } from './common.js';

const MAX_RECORDS = 10_000;
const MAX_CASES = 20;
const LONGEST_DAYS = 365;
const BODY_BYTES = 4_194_304;

const days = z.number().int().min(0).max(LONGEST_DAYS);
const amount = z.number().min(0);
const share = z.number().gt(0).lt(1);
const leadTime = z
  .union([
    days,
    z
      .array(z.strictObject({ days, weight: amount }))
      .min(1)
      .max(MAX_CASES),
  ])
  .describe('Days from an order to its delivery, or several that may be, with how likely each is.');

const stockRecord = z
  .strictObject({
    product_id: z.string().min(1).max(400),
    location: z
      .string()
      .max(400)
      .nullable()
      .optional()
      .describe('Where locations are kept apart: that of the stock, null for sales without one.'),
    on_hand: z.number(),
    on_order: amount.optional(),
    lead_time: leadTime.optional(),
    service_level: share.optional(),
    minimum_order: amount.optional(),
    pack_size: z.number().gt(0).optional(),
    shelf_life: days.min(1).optional(),
    price: amount.optional(),
    cost: z.number().gt(0).optional(),
    salvage: amount.optional(),
    penalty: amount.optional(),
  })
  .meta({ id: 'StockRecord' });

const stockPlanBody = z
  .strictObject({
    stock: z.array(stockRecord).max(MAX_RECORDS).default([]),
    lead_time: leadTime.optional(),
    review_period: days.min(1).optional(),
    service_level: share.optional().describe('One of this, fill_rate and holding_rate.'),
    fill_rate: share.optional(),
    holding_rate: z.number().gt(0).optional(),
    budget: amount.optional(),
    category: z.optional(categoryName),
    from: z.iso.date().optional().describe('First day that the stock is for.'),
    limit: z.number().int().min(1).max(MAX_RECORDS).default(1000).describe('Rows, the most urgent first.'),
  })
  .meta({ id: 'StockPlanRequest' });

const units = z.number();
const known = units.nullable();

const row = z.object({
  product_id: z.string(),
  location: z.string().nullable(),
  category: z.string(),
  action: z.enum(['order-now', 'order-later', 'enough', 'unknown']),
  reasons: z.array(z.string()),
  order_quantity: known,
  order_by: z.string().nullable(),
  on_hand: known,
  on_order: known,
  lead_time_days: z.number(),
  lead_time_demand: units,
  protection_demand: units,
  reorder_point: units,
  safety_stock: units,
  service_level: z.number(),
  days_of_cover: known,
  stock_out_probability: known,
  expected_lost_sales: known,
  expected_overstock: known,
  order_cost: known,
  abc: z.enum(['A', 'B', 'C']),
  xyz: z.enum(['X', 'Y', 'Z']),
  condition: z.enum(['none', 'sound', 'excess', 'dead']).nullable(),
  excess_units: known,
});

const stockPlanResponse = z
  .object({
    model_version: z.string(),
    first_day: z.string(),
    review_period: z.number().int(),
    total_count: z.number().int().describe('Rows before the limit.'),
    order_cost: z.number(),
    rows: z.array(row),
    findings: z.array(
      z.object({
        code: z.string(),
        severity: z.enum(['warning', 'info']),
        message: z.string(),
        count: z.number().int(),
        product_ids: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'StockPlan' });

/** Orders for the stock that is handed over. */
export function stockPlanEndpoints(planning: PlanningService): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/forecast/stock-plan',
      operationId: 'stockPlan',
      summary: 'Units to order of each product, until when and why',
      description: 'Nothing is stored: the stock comes with the question.',
      tag: 'Forecasts',
      access: PRODUCT_READERS,
      scopes: ['categories'],
      query: noQuery,
      body: { schema: stockPlanBody, limitBytes: BODY_BYTES },
      responses: {
        200: { description: 'The orders, the most urgent first.', schema: stockPlanResponse },
        ...problems(400, 401, 403, 404, 409, 413, 415, 429, 503),
      },
      handle: async ({ body, principal, signal }) => {
        const query = {
          stock: body.stock.map(toStockRecord),
          leadTime: body.lead_time,
          reviewPeriod: body.review_period,
          serviceLevel: body.service_level,
          fillRate: body.fill_rate,
          holdingRate: body.holding_rate,
          budget: body.budget,
          category: body.category,
          from: body.from,
          signal,
        };
        return { json: planFields(await planning.stockPlan(query, principal), body.limit) };
      },
    }),
  ];
}

function toStockRecord(record: z.output<typeof stockRecord>): StockRecord {
  const { price, cost, salvage, penalty } = record;
  return {
    productId: record.product_id,
    location: record.location,
    onHand: record.on_hand,
    onOrder: record.on_order,
    leadTime: record.lead_time,
    serviceLevel: record.service_level,
    minimumOrder: record.minimum_order,
    packSize: record.pack_size,
    shelfLife: record.shelf_life,
    price,
    cost,
    salvage,
    penalty,
  };
}

function planFields(plan: StockPlan, limit: number): z.output<typeof stockPlanResponse> {
  return {
    model_version: plan.modelVersion,
    first_day: plan.firstDay,
    review_period: plan.reviewPeriod,
    total_count: plan.rows.length,
    order_cost: plan.orderCost,
    rows: plan.rows.slice(0, limit).map(rowFields),
    findings: plan.findings.map(({ productIds, ...finding }) => ({
      ...finding,
      product_ids: [...productIds],
    })),
  };
}

function rowFields(own: StockPlanRow): z.output<typeof row> {
  const { category, action, abc, xyz, condition } = own;
  return {
    product_id: own.productId,
    location: own.location,
    category,
    action,
    reasons: [...own.reasons],
    order_quantity: own.orderQuantity,
    order_by: own.orderBy,
    on_hand: own.onHand,
    on_order: own.onOrder,
    lead_time_days: own.leadTimeDays,
    lead_time_demand: own.leadTimeDemand,
    protection_demand: own.protectionDemand,
    reorder_point: own.reorderPoint,
    safety_stock: own.safetyStock,
    service_level: own.serviceLevel,
    days_of_cover: own.daysOfCover,
    stock_out_probability: own.stockOutProbability,
    expected_lost_sales: own.expectedLostSales,
    expected_overstock: own.expectedOverstock,
    order_cost: own.orderCost,
    abc,
    xyz,
    condition,
    excess_units: own.excessUnits,
  };
}
