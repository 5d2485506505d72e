import type { SalesRecord } from 'commerce-forecast';
import * as z from 'zod';

const timestamp = z.iso.datetime({ offset: true });
/** Numbers beyond 2^53 are rounded: Shopify's own examples have such, real ones are shorter. */
const identity = z.union([z.string().regex(/^\d{1,20}$/), z.number().positive().max(1e20)]).transform(String);
const money = z.union([z.number(), z.string().regex(/^-?\d{1,15}(\.\d{1,10})?$/)]).transform(Number);
const quantity = z.number().int().min(0).max(1e9);
const MAX_LINES = 10_000;

const lineItem = z.object({
  id: identity,
  sku: z.string().nullish(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  quantity,
  price: money.nullish(),
  gift_card: z.boolean().nullish(),
  discount_allocations: z.array(z.object({ amount: money })).nullish(),
});

const refundLines = z.array(
  z.object({ quantity, subtotal: money.nullish(), line_item_id: identity, line_item: lineItem.nullish() }),
);

/** Fields of an order that sales are made of: names and addresses of customers are dropped at once. */
const order = z.object({
  id: identity,
  created_at: timestamp,
  cancelled_at: timestamp.nullish(),
  test: z.boolean().nullish(),
  line_items: z.array(lineItem).max(MAX_LINES),
  refunds: z.array(z.object({ refund_line_items: refundLines.max(MAX_LINES).nullish() })).nullish(),
});

const refund = z.object({
  id: identity,
  created_at: timestamp,
  refund_line_items: refundLines.max(MAX_LINES),
});

type LineItem = z.output<typeof lineItem>;

/** Event of a shop: the sales that it brings or takes back. */
export interface ShopEvent {
  /** Name of the event by what was signed, so that it counts once however often and under whatever id it is sent. */
  readonly id: string;
  /** Time of the event. */
  readonly at: string;
  readonly records: readonly SalesRecord[];
}

/** Schema of the events of a topic, and the sales of one that was read by it. */
interface Topic {
  readonly schema: z.ZodType;
  readonly sales: (event: unknown) => ShopEvent;
}

function topic<Schema extends z.ZodType>(
  schema: Schema,
  sales: (event: z.output<Schema>) => ShopEvent,
): Topic {
  return { schema, sales: (event) => sales(event as z.output<Schema>) };
}

/**
 * Events that change sales. An order counts on the day on which it was placed, where it is also taken back if it is
 * cancelled; what is refunded counts on the day of the refund.
 */
export const SHOPIFY_TOPICS: ReadonlyMap<string, Topic> = new Map([
  [
    'orders/create',
    topic(order, ({ id, created_at, test, line_items }) => ({
      id: `shopify.order.${id}`,
      at: created_at,
      records: test ? [] : line_items.flatMap((line) => recordOf(line, created_at, line.quantity)),
    })),
  ],
  [
    'orders/cancelled',
    topic(
      order.extend({ cancelled_at: timestamp }),
      ({ id, created_at, cancelled_at, test, line_items, refunds }) => {
        // Refunds are events of their own.
        const lines = (refunds ?? []).flatMap(({ refund_line_items }) => refund_line_items ?? []);
        const refunded = (line: LineItem) =>
          lines.reduce(
            (sum, { line_item_id, quantity }) => sum + (line_item_id === line.id ? quantity : 0),
            0,
          );
        return {
          id: `shopify.cancellation.${id}`,
          at: cancelled_at,
          records: test
            ? []
            : line_items.flatMap((line) =>
                recordOf(line, created_at, Math.min(0, refunded(line) - line.quantity)),
              ),
        };
      },
    ),
  ],
  [
    'refunds/create',
    topic(refund, ({ id, created_at, refund_line_items }) => ({
      id: `shopify.refund.${id}`,
      at: created_at,
      records: refund_line_items.flatMap(({ line_item, quantity, subtotal }) =>
        line_item
          ? recordOf(line_item, created_at, -quantity).map((record) => ({
              ...record,
              ...(typeof subtotal === 'number' && { revenue: -subtotal }),
            }))
          : [],
      ),
    })),
  ],
]);

/** The sale of a line, named as in the exports of a shop: by its SKU, or else by its name. Gift cards are no product. */
function recordOf(line: LineItem, time: string, units: number): SalesRecord[] {
  const { sku, name, title, gift_card, price, quantity, discount_allocations } = line;
  const productId = [sku, name, title].find((text) => text?.trim())?.trim();
  if (productId === undefined || gift_card || units === 0) return [];
  const discount = (discount_allocations ?? []).reduce((sum, { amount }) => sum + amount, 0);
  const paid = typeof price === 'number' && quantity > 0 ? price - discount / quantity : undefined;
  return [
    {
      // The day where the shop is: times carry its offset.
      date: time.slice(0, 10),
      productId,
      units,
      ...(paid !== undefined && { revenue: units * paid }),
    },
  ];
}
