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

/** A {@link SalesRecord} whose day is already a number, as storages keep it. */
export interface DailyRecord extends Omit<SalesRecord, 'date'> {
  readonly day: Day;
  /** Line of the file in which the record stands, from 1. */
  readonly line?: number;
  /** Name of that file, where several were read. */
  readonly file?: string;
}

const BYTE_ORDER_MARK = 0xfeff;
const LOW_SURROGATES = 0xdc00;

/** Columns of a record. */
export type RecordColumn = keyof SalesRecord;

/** Units, revenue and prices beyond this are taken for errors; below it, sums stay precise enough. */
export const MAX_AMOUNT = 1e12;

/**
 * Longest product id, category or location in UTF-16 code units: a product and its location, of at most 1,200 bytes each
 * in UTF-8, fit into an index entry of PostgreSQL (2,704 bytes), and a name into a URL.
 */
export const MAX_TEXT_LENGTH = 400;

const RECORD_TEXT = `text of at most ${MAX_TEXT_LENGTH} characters, without U+0000, half a surrogate pair or a byte order mark`;

/** Faults for which a column of a record is refused: the rule in words, for reports and errors. */
export const COLUMN_FAULTS: Readonly<Record<RecordColumn, string>> = {
  date: 'The date is not understood, does not exist or is not within 1900 to 2199',
  productId: `The product id is missing or not ${RECORD_TEXT}`,
  category: `The category is not ${RECORD_TEXT}`,
  units: 'The units are missing, not a number or beyond 1e12',
  revenue: 'The revenue is not a number or beyond 1e12',
  price: 'The price is not a number, negative or beyond 1e12',
  promo: 'The promotion flag is not true or false',
  inStock: 'The stock flag is not true or false',
  location: `The location is not ${RECORD_TEXT}`,
};

/**
 * The first wrong column of a value that claims to be a record, its date aside; `''` if it is not an object.
 * Says the same as `salesRecordSchema`, by plain comparisons: it runs once per row of bulk ingest.
 */
export function firstWrongColumn(record: DailyRecord | SalesRecord): RecordColumn | '' | undefined {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return '';
  if (!isRecordText(record.productId) || record.productId === '') return 'productId';
  if (record.category != null && !isRecordText(record.category)) return 'category';
  if (!isAmount(record.units)) return 'units';
  if (record.revenue != null && !isAmount(record.revenue)) return 'revenue';
  if (record.price != null && !(isAmount(record.price) && record.price >= 0)) return 'price';
  if (record.promo != null && typeof record.promo !== 'boolean') return 'promo';
  if (record.inStock != null && typeof record.inStock !== 'boolean') return 'inStock';
  if (record.location != null && !isRecordText(record.location)) return 'location';
  return undefined;
}

/**
 * Tells whether a text may name something in a record: short enough, and the same when it comes back from any storage. U+0000 is
 * refused by databases, a surrogate without its partner has no UTF-8 form, and a leading byte order mark, left over
 * from a file, is dropped by text decoders.
 */
export function isRecordText(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > MAX_TEXT_LENGTH) return false;
  if (value.charCodeAt(0) === BYTE_ORDER_MARK) return false;
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i);
    if (unit === 0) return false;
    if ((unit & 0xf800) !== 0xd800) continue;
    if (unit >= LOW_SURROGATES || (value.charCodeAt(++i) & 0xfc00) !== LOW_SURROGATES) return false;
  }
  return true;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= -MAX_AMOUNT && value <= MAX_AMOUNT;
}
