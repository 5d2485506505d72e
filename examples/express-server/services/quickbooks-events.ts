import * as z from 'zod';

/** Entities whose changes change sales, in lower case. */
const OF_SALES: ReadonlySet<string> = new Set([
  'invoice',
  'salesreceipt',
  'creditmemo',
  'refundreceipt',
  'item',
]);
const MAX_EVENTS = 100_000;

/** Notifications by company, and the CloudEvents that follow them: a list of events such as `qbo.invoice.created.v1`. */
export const quickBooksNotification = z.union([
  z.object({
    eventNotifications: z
      .array(
        z.object({
          realmId: z.string(),
          dataChangeEvent: z.object({ entities: z.array(z.object({ name: z.string() })).max(MAX_EVENTS) }),
        }),
      )
      .max(MAX_EVENTS),
  }),
  z.array(z.object({ type: z.string(), intuitaccountid: z.string() })).max(MAX_EVENTS),
]);

/** Tells whether a notification is about sales of a company. What changed is read from QuickBooks, not from here. */
export function changesSales(
  notification: z.output<typeof quickBooksNotification>,
  realmId: string,
): boolean {
  const changes = Array.isArray(notification)
    ? notification.map(({ type, intuitaccountid }) => ({
        company: intuitaccountid,
        entity: type.split('.')[1] ?? '',
      }))
    : notification.eventNotifications.flatMap(({ realmId: company, dataChangeEvent }) =>
        dataChangeEvent.entities.map(({ name }) => ({ company, entity: name })),
      );
  return changes.some(({ company, entity }) => company === realmId && OF_SALES.has(entity.toLowerCase()));
}
