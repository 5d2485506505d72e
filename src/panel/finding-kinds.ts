import { COLUMN_FAULTS } from './sales-record.js';

/** `error`: rows were left out; `warning`: data was changed or looks wrong; `info`: good to know. */
export type Severity = 'error' | 'warning' | 'info';

/** Reason for leaving out a row. Codes are stable; new ones may be added. */
export type RejectionReason =
  | 'malformed-line'
  | 'invalid-record'
  | 'invalid-date'
  | 'invalid-productId'
  | 'invalid-category'
  | 'invalid-units'
  | 'invalid-revenue'
  | 'invalid-price'
  | 'invalid-promo'
  | 'invalid-inStock'
  | 'invalid-location'
  | 'negative-units'
  | 'title-or-total'
  | 'no-sale'
  | 'repeated-line'
  | 'filtered'
  | 'before-start-day'
  | 'after-last-day'
  | 'future-day'
  | 'unfinished-day'
  | 'far-day'
  | 'short-series';

/** Kind of a finding: a reason of rejection, or a peculiarity of accepted rows. */
export type FindingCode =
  | RejectionReason
  | 'wrong-encoding'
  | 'overlap'
  | 'duplicate-column'
  | 'opposite-signs'
  | 'mixed-currencies'
  | 'unknown-type'
  | 'ignored-value'
  | 'name-is-code'
  | 'return-line'
  | 'negative-day'
  | 'negative-revenue-day'
  | 'empty-day'
  | 'outage'
  | 'closed-day'
  | 'cadence'
  | 'giant-order'
  | 'price-unit'
  | 'short-history'
  | 'category-changed'
  | 'never-sold'
  | 'outlier'
  | 'uncategorized'
  | 'missing-revenue'
  | 'out-of-stock'
  | 'gap'
  | 'duplicate';

interface FindingKind {
  readonly severity: Severity;
  readonly unit: 'rows' | 'days' | 'series' | 'columns';
  readonly rejects: boolean;
  readonly message: string;
}

const rejection = (message: string, severity: Severity = 'error'): FindingKind => ({
  severity,
  unit: 'rows',
  rejects: true,
  message: `${message}; the row was left out`,
});

const finding = (severity: Severity, unit: FindingKind['unit'], message: string): FindingKind => ({
  severity,
  unit,
  rejects: false,
  message,
});

/** Meaning of each finding, gravest first; reports list findings in this order. */
export const FINDING_KINDS: Readonly<Record<FindingCode, FindingKind>> = {
  'malformed-line': rejection('The line is not well-formed CSV or does not have the columns of the header'),
  'invalid-record': rejection('The row is not an object'),
  'invalid-date': rejection(COLUMN_FAULTS.date),
  'invalid-productId': rejection(COLUMN_FAULTS.productId),
  'invalid-category': rejection(COLUMN_FAULTS.category),
  'invalid-units': rejection(COLUMN_FAULTS.units),
  'invalid-revenue': rejection(COLUMN_FAULTS.revenue),
  'invalid-price': rejection(COLUMN_FAULTS.price),
  'invalid-promo': rejection(COLUMN_FAULTS.promo),
  'invalid-inStock': rejection(COLUMN_FAULTS.inStock),
  'invalid-location': rejection(COLUMN_FAULTS.location),
  'negative-units': rejection('The units are negative, which the options refuse'),
  'wrong-encoding': finding(
    'warning',
    'rows',
    'The bytes are not in the expected encoding, but were read in the detected one',
  ),
  overlap: finding(
    'warning',
    'rows',
    'Another file already has these days, without order numbers; both were counted',
  ),
  'duplicate-column': finding('warning', 'columns', 'Several columns have the same name; the first is read'),
  'opposite-signs': finding(
    'warning',
    'rows',
    'Units and revenue have opposite signs. Name the column that marks returns in the option where',
  ),
  'mixed-currencies': finding(
    'warning',
    'rows',
    'Amounts are in another currency than those before; they were added up as they stand',
  ),
  'unknown-type': finding(
    'warning',
    'rows',
    'The type or status of the line is not known; it was counted as a sale',
  ),
  'ignored-value': finding(
    'warning',
    'rows',
    'An optional value is not understood; the row was read without it',
  ),
  'name-is-code': finding(
    'warning',
    'rows',
    'The name of an item is the code of another; they are kept apart',
  ),
  'future-day': rejection('The day is after today', 'warning'),
  'far-day': rejection('The day is far from all others, like a mistyped date', 'warning'),
  'short-history': finding(
    'warning',
    'days',
    'The history is shorter than two weeks: forecasts from it are guesses',
  ),
  outage: finding(
    'warning',
    'days',
    'Most series stopped selling at once: probably a failed import or export',
  ),
  cadence: finding('warning', 'series', 'The records are totals of several days, over which each was spread'),
  'giant-order': finding(
    'warning',
    'days',
    'More than 20 times the units of an ordinary day, without a promotion or an event',
  ),
  'price-unit': finding(
    'warning',
    'days',
    'Prices are suddenly in another unit of money; all were converted to the last',
  ),
  'negative-day': finding('warning', 'days', 'Returns exceed sales; the day counts as zero units'),
  'negative-revenue-day': finding('warning', 'days', 'Revenue is negative; the day counts as zero revenue'),
  'empty-day': finding('warning', 'days', 'No series has a record: a closed day or a failed import'),
  'category-changed': finding('warning', 'series', 'The category changes; that of the latest day is used'),
  'never-sold': finding('warning', 'series', 'No day has a single unit sold'),
  outlier: finding('warning', 'days', 'The units are far from those of the same weekday in the weeks around'),
  uncategorized: finding('info', 'series', 'No record names a category'),
  'missing-revenue': finding('info', 'rows', 'Revenue and price are missing; counted as zero revenue'),
  'closed-day': finding('info', 'days', 'The shop is closed as a rule: zero units, marked as not open'),
  'out-of-stock': finding('info', 'days', 'Recorded as out of stock'),
  gap: finding('info', 'days', 'No record between the first day of the series and the last day of the panel'),
  duplicate: finding('info', 'rows', 'Another row has the same series and day; the two were summed'),
  'return-line': finding('info', 'rows', 'A return by its type; its units were subtracted'),
  'title-or-total': rejection('The line is a title, a subtotal, a total or a footer', 'info'),
  'no-sale': rejection('By its type or status the line is no sale', 'info'),
  'repeated-line': rejection('The line is also in another file, or earlier in this one', 'info'),
  filtered: rejection('The filter of the call rejected it', 'info'),
  'before-start-day': rejection('The day is before the start day of the call', 'info'),
  'unfinished-day': rejection('The day is not over yet', 'info'),
  'after-last-day': rejection('The day is after the last day of the call', 'info'),
  'short-series': rejection('The series has fewer days than the call asks for', 'info'),
};
