import * as z from 'zod';
import { isPlausibleDay } from '../calendar/date-reader.js';
import { tryParseDay } from '../calendar/day.js';
import type { OptionTable } from '../options.js';

const day = z
  .union([z.number().int(), z.string()])
  .transform((value) => (typeof value === 'number' ? value : (tryParseDay(value) ?? Number.NaN)))
  .refine(isPlausibleDay, 'Expected YYYY-MM-DD or a day number from 1900 to 2199');

const outliers = z.strictObject({
  /** `report` finds and reports them, `winsorise` also moves them to the limit, `ignore` does not look. */
  action: z.enum(['ignore', 'report', 'winsorise']).default('report'),
  /** How many robust standard deviations from the usual value make an outlier. */
  threshold: z.number().positive().default(8),
});

/** Schema of {@link PanelOptions}. */
export const panelOptionsSchema = z
  .strictObject({
    gaps: z.enum(['zero', 'missing']).default('zero'),
    beforeFirst: z.enum(['missing', 'zero']).default('missing'),
    negativeUnits: z.enum(['net', 'reject']).default('net'),
    outOfStock: z.enum(['keep', 'missing']).default('keep'),
    byLocation: z.boolean().default(false),
    startDay: day.optional(),
    lastDay: day.optional(),
    minDays: z.number().int().min(1).default(1),
    outliers: outliers.default({ action: 'report', threshold: 8 }),
    uncategorized: z.string().min(1).default('uncategorized'),
    dateFormat: z.string().optional(),
    timeZone: z.string().optional(),
    maxExamples: z.number().int().min(0).default(5),
    maxCells: z.number().int().min(1).default(100_000_000),
  })
  .refine(({ startDay, lastDay }) => startDay === undefined || lastDay === undefined || startDay <= lastDay, {
    path: ['lastDay'],
    message: 'lastDay is before startDay',
  });

/** {@link PanelOptions} with their defaults filled in. */
export type ResolvedPanelOptions = z.output<typeof panelOptionsSchema>;

/** How sales records become a panel. */
export interface PanelOptions {
  /** Units of a day without a record, after the first record of its series. Default `zero`. */
  readonly gaps?: 'zero' | 'missing';
  /** Units of the days before the first record of a series. Default `missing`. */
  readonly beforeFirst?: 'missing' | 'zero';
  /**
   * Records with negative units: `net` takes them off the sales of their day and counts a day below zero as zero,
   * `reject` leaves them out. Default `net`.
   */
  readonly negativeUnits?: 'net' | 'reject';
  /** Units of days recorded as out of stock: kept, or missing because demand was not seen. Default `keep`. */
  readonly outOfStock?: 'keep' | 'missing';
  /** Makes a series of each product at each location, with the id `product@location`. Default false. */
  readonly byLocation?: boolean;
  /** First day of the panel, `YYYY-MM-DD` or a day number; earlier records are left out. Default: the earliest. */
  readonly startDay?: number | string;
  /** Last complete day; later records are left out. Default: the latest day with a record. */
  readonly lastDay?: number | string;
  /** Leaves out series with fewer days than this from their first record to the last day. Default 1: none. */
  readonly minDays?: number;
  /** Search for days far from the same weekday of the weeks around; nothing is changed by default. */
  readonly outliers?: { readonly action?: 'ignore' | 'report' | 'winsorise'; readonly threshold?: number };
  /** Category of products without one. Default `uncategorized`. */
  readonly uncategorized?: string;
  /** A date-fns format such as `M/d/yyyy`, if the dates are not ISO 8601. */
  readonly dateFormat?: string;
  /** Time zone whose days count for `Date` objects and timestamps with an offset. Default `UTC`. */
  readonly timeZone?: string;
  /** Examples kept for each finding of the report. Default 5. */
  readonly maxExamples?: number;
  /** Refuses a panel of more than this many series times days. Default 100,000,000, which is 0.8 GB of units. */
  readonly maxCells?: number;
}

export const PANEL_OPTIONS: OptionTable<PanelOptions> = {
  gaps: 1,
  beforeFirst: 1,
  negativeUnits: 1,
  outOfStock: 1,
  byLocation: 1,
  startDay: 1,
  lastDay: 1,
  minDays: 1,
  outliers: { action: 1, threshold: 1 },
  uncategorized: 1,
  dateFormat: 1,
  timeZone: 1,
  maxExamples: 1,
  maxCells: 1,
};
