import type { Explanation, WhatIf, WhatIfFigures } from 'commerce-forecast';
import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { HttpProblem } from '../http/problem.js';
import { PRODUCT_READERS } from '../security/roles.js';
import type { PlanningService } from '../services/planning-service.js';
import { categoryName, noQuery, problems, READERS, timePeriod } from './common.js';
import { planRecordBody, toPlanRecord } from './plan.js';

const MAX_RECORDS = 1_000;
const MAX_LIMIT = 1_000;
const BODY_BYTES = 524_288;

const whatIfBody = z
  .strictObject({
    time_period: timePeriod,
    plan: z.array(planRecordBody).max(MAX_RECORDS).describe('What would be planned, besides what is.'),
    limit: z.number().int().min(1).max(MAX_LIMIT).default(100).describe('Products that are listed.'),
  })
  .meta({ id: 'WhatIfRequest' });

const figures = {
  base_units: z.number(),
  scenario_units: z.number(),
  difference: z.number(),
  lower: z.number().nullable().describe('Bounds of the difference; null where the model cannot tell.'),
  upper: z.number().nullable(),
  from_other_products: z.number().describe('Part that was won from, or lost to, others of the category.'),
};

/** Fields of every answer about a period. */
const answerShape = {
  time_period: timePeriod,
  first_day: z.string(),
  last_day: z.string(),
  model_version: z.string(),
};

const whatIfResponse = z
  .object({
    ...answerShape,
    confidence_level: z.number(),
    total: z.object(figures),
    categories: z.array(
      z.object({ category: z.string(), ...figures, cannibalisation: z.enum(['measured', 'not-measured']) }),
    ),
    products: z.array(z.object({ product_id: z.string(), category: z.string(), ...figures })),
    changed_products: z.number().int(),
    ignored: z.array(
      z.object({
        record: z.number().int(),
        reason: z.enum([
          'no-such-product',
          'outside-period',
          'no-effect-known',
          'price-not-identifiable',
          'far-price',
          'already-planned',
          'event-needs-training',
          'event-not-learnt',
        ]),
      }),
    ),
  })
  .meta({ id: 'WhatIf' });

const explainQuery = z.strictObject({
  time_period: timePeriod,
  product_id: z.optional(categoryName).describe('The product, or:'),
  category: z.optional(categoryName).describe('the category that is explained.'),
});

const explainResponse = z
  .object({
    ...answerShape,
    product_id: z.string().optional(),
    category: z.string().optional(),
    predicted_sales: z.number(),
    contributions: z
      .array(z.object({ part: z.string(), event: z.string().optional(), units: z.number() }))
      .describe('They add up to the predicted units.'),
    model: z.string(),
    members: z.array(z.object({ model: z.string(), weight: z.number() })),
  })
  .meta({ id: 'Explanation' });

/** Questions about another plan, and about the parts of a forecast. */
export function planningEndpoints(planning: PlanningService): Endpoint[] {
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/forecast/what-if',
      operationId: 'whatIf',
      summary: 'Forecasts under a different plan',
      description:
        'Nothing is stored. The interval is that of the difference, and not the difference of two intervals.',
      tag: 'Forecasts',
      access: PRODUCT_READERS,
      scopes: ['categories'],
      query: noQuery,
      body: { schema: whatIfBody, limitBytes: BODY_BYTES },
      responses: {
        200: { description: 'What would change.', schema: whatIfResponse },
        ...problems(400, 401, 403, 409, 413, 415, 429, 503),
      },
      handle: async ({ body, principal, signal }) => {
        const { plan, time_period, limit } = body;
        const query = { plan: plan.map(toPlanRecord), timePeriod: time_period, limit, signal };
        return { json: whatIfFields(await planning.whatIf(query, principal)) };
      },
    }),
    endpoint({
      method: 'get',
      path: '/api/v1/forecast/explain',
      operationId: 'explain',
      summary: 'The parts of the forecast of a product or a category',
      description: 'The role analyst may ask for categories only.',
      tag: 'Forecasts',
      access: READERS,
      scopes: ['categories'],
      query: explainQuery,
      responses: {
        200: { description: 'The parts.', schema: explainResponse },
        ...problems(400, 401, 403, 404, 409, 429, 503),
      },
      handle: async ({ query, principal }) => {
        const { time_period, product_id: productId, category } = query;
        if (productId !== undefined && !PRODUCT_READERS.includes(principal.role)) {
          throw new HttpProblem(403, 'forbidden', 'The role of the key may not see single products.');
        }
        const question = { timePeriod: time_period, productId, category };
        return { json: explanationFields(await planning.explain(question, principal)) };
      },
    }),
  ];
}

function answerFields({ timePeriod, firstDay, lastDay, modelVersion }: WhatIf | Explanation) {
  return {
    time_period: timePeriod,
    first_day: firstDay,
    last_day: lastDay,
    model_version: modelVersion,
  };
}

function whatIfFields(answer: WhatIf): z.output<typeof whatIfResponse> {
  return {
    ...answerFields(answer),
    confidence_level: answer.intervalLevel,
    total: figureFields(answer.total),
    categories: answer.categories.map(({ category, cannibalisation, ...own }) => ({
      category,
      ...figureFields(own),
      cannibalisation,
    })),
    products: answer.products.map(({ productId, category, ...own }) => ({
      product_id: productId,
      category,
      ...figureFields(own),
    })),
    changed_products: answer.changedProducts,
    ignored: [...answer.ignored],
  };
}

function figureFields({ base, scenario, difference, lower, upper, fromOthers }: WhatIfFigures) {
  return {
    base_units: base,
    scenario_units: scenario,
    difference,
    lower,
    upper,
    from_other_products: fromOthers,
  };
}

function explanationFields(answer: Explanation): z.output<typeof explainResponse> {
  const { productId, category } = answer;
  return {
    ...answerFields(answer),
    ...(productId !== undefined && { product_id: productId }),
    ...(category !== undefined && { category }),
    predicted_sales: answer.predictedUnits,
    contributions: [...answer.contributions],
    model: answer.model,
    members: [...answer.members],
  };
}
