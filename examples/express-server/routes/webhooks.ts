import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { check } from '../http/mount.js';
import { HttpProblem } from '../http/problem.js';
import { requireSignature } from '../security/webhook-signature.js';
import { SHOPIFY_TOPICS } from '../services/shopify-events.js';
import type { WebhookService } from '../services/webhook-service.js';
import { problems } from './common.js';

export interface WebhookSecrets {
  readonly shopify?: string | undefined;
}

const outcomeResponse = z
  .object({
    outcome: z.enum(['stored', 'repeated', 'ignored']),
    records: z.number().int().optional().describe('Sales records that were stored.'),
    reason: z.enum(['topic', 'no-sales', 'too-old']).optional(),
  })
  .meta({ id: 'WebhookOutcome' });

/** More than an order of thousands of lines has: whoever sends it is known only once the body was read. */
const EVENT_LIMIT_BYTES = 2 * 1_048_576;

/** Events of shop systems, each of which is there once its secret is configured. */
export function webhookEndpoints(
  webhooks: WebhookService,
  { shopify }: WebhookSecrets,
  jsonLimitBytes: number,
): Endpoint[] {
  if (shopify === undefined) return [];
  return [
    endpoint({
      method: 'post',
      path: '/api/v1/webhooks/shopify',
      operationId: 'shopifyWebhook',
      summary: 'Orders, cancellations and refunds of a Shopify shop, as they happen',
      description:
        'The header `X-Shopify-Hmac-Sha256` signs the body with the secret of the app, and `X-Shopify-Topic` names the ' +
        'event: `orders/create`, `orders/cancelled` or `refunds/create`; others are ignored. An event counts once, ' +
        'however often it is sent. Nothing of customers is read.',
      tag: 'Sales',
      access: 'public',
      body: {
        schema: z.looseObject({}),
        limitBytes: Math.min(jsonLimitBytes, EVENT_LIMIT_BYTES),
        verify: (request, bytes) => requireSignature(request, bytes, 'x-shopify-hmac-sha256', shopify),
      },
      responses: {
        200: { description: 'The event need not be sent again.', schema: outcomeResponse },
        ...problems(400, 401, 413, 415, 429, 503),
      },
      handle: async ({ body, request }) => {
        const topic = request.headers['x-shopify-topic'];
        if (typeof topic !== 'string' || topic === '') {
          throw new HttpProblem(400, 'invalid-parameter', 'X-Shopify-Topic is missing.', {
            path: ['header', 'x-shopify-topic'],
          });
        }
        const known = SHOPIFY_TOPICS.get(topic);
        if (!known) return { json: { outcome: 'ignored', reason: 'topic' } };
        return { json: await webhooks.take(known.sales(check(known.schema, body, 'body'))) };
      },
    }),
  ];
}
