import * as z from 'zod';
import { createDateReader } from '../calendar/date-reader.js';
import type { Day } from '../calendar/day.js';

/** One line of sales: what was sold of a product on a day. */
export interface SalesRecord {
  /** `YYYY-MM-DD`, an ISO timestamp, a `Date`, or text in the `dateFormat` of the call. */
  readonly date: string | Date;
  readonly productId: string;
  /** Missing or empty: the product is uncategorized unless another record knows better. */
  readonly category?: string | null;
  /** Units sold; negative for returns. */
  readonly units: number;
  /** Revenue of the line; where missing, `price * units`. */
  readonly revenue?: number | null;
  /** Price of a unit; where missing, `revenue / units`. */
  readonly price?: number | null;
  /** True if the product was promoted on that day. */
  readonly promo?: boolean | null;
  /** False if the product was out of stock on that day. */
  readonly inStock?: boolean | null;
  readonly location?: string | null;
}

/** A {@link SalesRecord} whose day is known as a number already, as storages keep them. */
export interface DailyRecord extends Omit<SalesRecord, 'date'> {
  readonly day: Day;
}

/** Columns of a record. */
export type RecordColumn = keyof SalesRecord;

/** Units, revenue and prices beyond a million millions are taken for errors; sums of such values stay exact enough. */
export const MAX_AMOUNT = 1e12;

const readDate = createDateReader();
const amount = z.number().min(-MAX_AMOUNT).max(MAX_AMOUNT);

/**
 * Schema of a sales record with an ISO date, for checking single records at a boundary such as an HTTP body. Bulk
 * ingest does not use it, but comes to the same verdict on every record.
 *
 * ```ts
 * import { salesRecordSchema } from 'commerce-forecast';
 *
 * const record = salesRecordSchema.parse({ date: '2024-03-01', productId: 'SKU-1', units: 3 });
 * ```
 */
export const salesRecordSchema = z.object({
  date: z
    .union([z.string(), z.date()])
    .refine((value) => readDate(value) !== undefined, 'Expected an ISO date or timestamp from 1900 to 2199'),
  productId: z.string().min(1),
  category: z.string().nullish(),
  units: amount,
  revenue: amount.nullish(),
  price: amount.min(0).nullish(),
  promo: z.boolean().nullish(),
  inStock: z.boolean().nullish(),
  location: z.string().nullish(),
});

/**
 * The first wrong column of a value that claims to be a record, its date aside; `''` if it is no object at all. Says
 * the same as {@link salesRecordSchema}, by plain comparisons: it runs once per row of bulk ingest.
 */
export function firstWrongColumn(record: DailyRecord | SalesRecord): RecordColumn | '' | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return '';
  if (typeof record.productId !== 'string' || record.productId === '') return 'productId';
  if (!isTextOrMissing(record.category)) return 'category';
  if (!isAmount(record.units)) return 'units';
  if (record.revenue != null && !isAmount(record.revenue)) return 'revenue';
  if (record.price != null && !(isAmount(record.price) && record.price >= 0)) return 'price';
  if (record.promo != null && typeof record.promo !== 'boolean') return 'promo';
  if (record.inStock != null && typeof record.inStock !== 'boolean') return 'inStock';
  if (!isTextOrMissing(record.location)) return 'location';
  return undefined;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= -MAX_AMOUNT && value <= MAX_AMOUNT;
}

function isTextOrMissing(value: unknown): boolean {
  return value == null || typeof value === 'string';
}
