import * as z from 'zod/mini';
import { createDateReader } from '../calendar/date-reader.js';
import { once } from '../once.js';
import { isRecordText, MAX_AMOUNT, MAX_TEXT_LENGTH } from './sales-record.js';

/** Schema of a text of a sales record. */
export const recordText = once(() =>
  z.string().check(
    z.maxLength(MAX_TEXT_LENGTH),
    // The limit above counts code points, as JSON Schema does.
    z.refine(
      isRecordText,
      'Expected at most 400 code units of well-formed Unicode without U+0000 and a leading byte order mark',
    ),
  ),
);

/** Schema of a sales record with an ISO date, made when it is asked for. */
export const salesRecord = once(() => {
  const readDate = createDateReader();
  const amount = z.number().check(z.gte(-MAX_AMOUNT), z.lte(MAX_AMOUNT));
  const text = recordText();
  return z.object({
    date: z
      .union([z.string(), z.date()])
      .check(
        z.refine(
          (value) => readDate(value) !== undefined,
          'Expected an ISO date or timestamp from 1900 to 2199',
        ),
      ),
    productId: text.check(z.minLength(1)),
    category: z.nullish(text),
    units: amount,
    revenue: z.nullish(amount),
    price: z.nullish(amount.check(z.gte(0))),
    promo: z.nullish(z.boolean()),
    inStock: z.nullish(z.boolean()),
    location: z.nullish(text),
  });
});
