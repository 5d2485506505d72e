import * as z from 'zod';
import { type Endpoint, endpoint } from '../http/endpoint.js';
import { check } from '../http/mount.js';
import { HttpProblem } from '../http/problem.js';
import { requireSignature } from '../security/webhook-signature.js';
import { changesSales, quickBooksNotification } from '../services/quickbooks-events.js';
import type { QuickBooksSync } from '../services/quickbooks-sync.js';
import { SHOPIFY_TOPICS } from '../services/shopify-events.js';
import type { WebhookService } from '../services/webhook-service.js';
import { problems } from './common.js';

/** Shop systems whose events are taken. */
export interface WebhookSenders {
  readonly shopify?: { readonly secret: string } | undefined;
  readonly quickBooks?:
    | { readonly token: string; readonly realmId: string; readonly sync: QuickBooksSync }
    | undefined;
}

const outcomeResponse = z
  .object({
    outcome: z.enum(['stored', 'requested', 'repeated', 'ignored']),
    records: z.number().int().optional().describe('Sales records that were stored.'),
    reason: z.enum(['topic', 'no-sales', 'too-old']).optional(),
  })
  .meta({ id: 'WebhookOutcome' });

/** More than an order of thousands of lines has: whoever sends it is known only once the body was read. */
const EVENT_LIMIT_BYTES = 2 * 1_048_576;

/** Events of shop systems, each of which is there once it is configured. */
export function webhookEndpoints(
  webhooks: WebhookService,
  { shopify, quickBooks }: WebhookSenders,
  jsonLimitBytes: number,
): Endpoint[] {
  const limitBytes = Math.min(jsonLimitBytes, EVENT_LIMIT_BYTES);
  return [
    ...(shopify ? [shopifyEndpoint(webhooks, shopify, limitBytes)] : []),
    ...(quickBooks ? [quickBooksEndpoint(quickBooks, limitBytes)] : []),
  ];
}

const responses = {
  200: { description: 'The event need not be sent again.', schema: outcomeResponse },
  ...problems(400, 401, 413, 415, 429, 503),
};

function shopifyEndpoint(
  webhooks: WebhookService,
  { secret }: NonNullable<WebhookSenders['shopify']>,
  limitBytes: number,
): Endpoint {
  return endpoint({
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
      limitBytes,
      verify: (request, bytes) => requireSignature(request, bytes, 'x-shopify-hmac-sha256', secret),
    },
    responses,
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
  });
}

function quickBooksEndpoint(
  { token, realmId, sync }: NonNullable<WebhookSenders['quickBooks']>,
  limitBytes: number,
): Endpoint {
  return endpoint({
    method: 'post',
    path: '/api/v1/webhooks/quickbooks',
    operationId: 'quickBooksWebhook',
    summary: 'Notice that sales have changed in QuickBooks Online, which are then read from there',
    description:
      'The header `intuit-signature` signs the body with the verifier token of the app. What changed is read after the ' +
      'answer, once for all notices that come meanwhile.',
    tag: 'Sales',
    access: 'public',
    body: {
      schema: quickBooksNotification,
      limitBytes,
      verify: (request, bytes) => requireSignature(request, bytes, 'intuit-signature', token),
    },
    responses,
    handle: ({ body }) => {
      if (!changesSales(body, realmId)) return { json: { outcome: 'ignored', reason: 'no-sales' } };
      sync.request();
      return { json: { outcome: 'requested' } };
    },
  });
}
