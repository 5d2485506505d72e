import * as z from 'zod/mini';
import { isPlausibleDay } from '../calendar/date-reader.js';
import { type Day, formatDay, parseDay, tryParseDay } from '../calendar/day.js';
import { MAX_AMOUNT } from '../panel/sales-record.js';

/** Days that one record may span: two leap years. */
const MAX_SPAN_DAYS = 732;

const isoDay = z
  .string()
  .check(
    z.refine(
      (text) => isPlausibleDay(tryParseDay(text) ?? Number.NaN),
      'Expected YYYY-MM-DD from 1900 to 2199',
    ),
  );
const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(400));

/**
 * Schema of a {@link PlanRecord}, for checking single records at a boundary such as an HTTP body.
 *
 * ```ts
 * import { planRecordSchema } from 'commerce-forecast';
 *
 * planRecordSchema.parse({ from: '2026-12-01', to: '2026-12-07', productId: 'SKU-1', promo: true });
 * ```
 */
export const planRecordSchema = z
  .strictObject({
    date: z.optional(isoDay),
    from: z.optional(isoDay),
    to: z.optional(isoDay),
    productId: z.optional(name),
    category: z.optional(name),
    location: z.optional(name),
    all: z.optional(z.literal(true)),
    price: z.optional(z.number().check(z.positive(), z.lte(MAX_AMOUNT))),
    promo: z.optional(z.boolean()),
    open: z.optional(z.boolean()),
    available: z.optional(z.boolean()),
    event: z.optional(name),
    note: z.optional(z.string().check(z.maxLength(2000))),
    knownSince: z.optional(isoDay),
  })
  .check((context) => {
    const record = context.value;
    const issue = (column: string, message: string) =>
      context.issues.push({ code: 'custom', path: [column], message, input: record });
    const { date, from, to } = record;
    const single = date !== undefined;
    const span = from !== undefined && to !== undefined;
    if (single === span || (single && (from ?? to) !== undefined)) {
      issue('date', 'Give either `date`, or both `from` and `to`');
    } else if (span) {
      const days = (tryParseDay(to) ?? Number.NaN) - (tryParseDay(from) ?? Number.NaN) + 1;
      if (days < 1) issue('to', '`to` is before `from`');
      if (days > MAX_SPAN_DAYS) issue('to', `The record spans ${days} days, more than ${MAX_SPAN_DAYS}`);
    }
    const named = record.productId ?? record.category ?? record.location;
    if ((named !== undefined) === (record.all === true)) {
      issue('productId', 'Give `productId`, `category` or `location` (or several of them), or `all: true`');
    }
    if (PLANNED.every((column) => record[column] === undefined)) {
      issue('promo', `Nothing is planned: give at least one of ${PLANNED.join(', ')}`);
    }
  });

/** Columns of a record that hold a plan. */
const PLANNED = ['price', 'promo', 'open', 'available', 'event'] as const;

/** Something that a merchant knows or plans for some products on some days. */
export interface PlanRecord {
  /** `YYYY-MM-DD`: a single day. */
  readonly date?: string;
  /** First and last day, both included, instead of `date`; at most 732 days. */
  readonly from?: string;
  readonly to?: string;
  /** Scope of the record: the products that match all the given columns. */
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
  /** Every product, instead of the columns above. */
  readonly all?: true;
  /** Unit price in the merchant's currency, above 0. */
  readonly price?: number;
  /** True for a promotion; false cancels one of a more general record. */
  readonly promo?: boolean;
  /** False where nothing is sold at all, such as on a holiday. */
  readonly open?: boolean;
  /** False where the products will be out of stock. */
  readonly available?: boolean;
  /** Name of an event, such as `Summer fair`: past and planned events of one name share their effect. */
  readonly event?: string;
  readonly note?: string;
  /** `YYYY-MM-DD`: day on which this became known. Default: the day on which it is added. */
  readonly knownSince?: string;
}

/** A plan record that was checked, with days as numbers. */
export interface Plan {
  /** Stable name of this record: equal records have equal ids. */
  readonly id: string;
  readonly from: Day;
  readonly to: Day;
  readonly productId?: string;
  readonly category?: string;
  readonly location?: string;
  readonly price?: number;
  readonly promo?: boolean;
  readonly open?: boolean;
  readonly available?: boolean;
  readonly event?: string;
  readonly note?: string;
  readonly knownSince: Day;
  /** Day on which it was withdrawn; undefined while it is in force. */
  readonly removedOn?: Day;
}

/** A record that passed the schema, as a plan without its id. */
export function planOf(record: PlanRecord, today: Day): Omit<Plan, 'id'> {
  const { date = '', from = date, to = date, all: _, knownSince, ...rest } = record;
  return {
    ...rest,
    from: parseDay(from),
    to: parseDay(to),
    knownSince: knownSince === undefined ? today : parseDay(knownSince),
  };
}

/** The plan as a record with ISO dates, as it was added. */
export function recordOf(plan: Plan): PlanRecord {
  const { id: _, from, to, knownSince, removedOn: __, ...rest } = plan;
  const everything = (rest.productId ?? rest.category ?? rest.location) === undefined;
  return {
    ...(from === to ? { date: formatDay(from) } : { from: formatDay(from), to: formatDay(to) }),
    ...rest,
    ...(everything && { all: true }),
    knownSince: formatDay(knownSince),
  };
}

/** Tells whether the plan was in force at the end of a day. */
export function stoodOn(plan: Plan, day: Day): boolean {
  return plan.knownSince <= day && (plan.removedOn === undefined || plan.removedOn > day);
}
