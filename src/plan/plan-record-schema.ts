import * as z from 'zod/mini';
import { isPlausibleDay } from '../calendar/date-reader.js';
import { tryParseDay } from '../calendar/day.js';
import { once } from '../once.js';
import { MAX_AMOUNT } from '../panel/sales-record.js';

/** Days that one record may span: two leap years. */
const MAX_SPAN_DAYS = 732;

/** Schema of a `PlanRecord`, made when the first one is checked. */
export const planRecord = once(() => {
  const isoDay = z
    .string()
    .check(
      z.refine(
        (text) => isPlausibleDay(tryParseDay(text) ?? Number.NaN),
        'Expected YYYY-MM-DD from 1900 to 2199',
      ),
    );
  const name = z.string().check(z.trim(), z.minLength(1), z.maxLength(400));
  return z
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
});

/** Columns of a record that hold a plan. */
const PLANNED = ['price', 'promo', 'open', 'available', 'event'] as const;
