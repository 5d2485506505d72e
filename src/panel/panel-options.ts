import * as z from 'zod/mini';
import { isPlausibleDay } from '../calendar/date-reader.js';
import { tryParseDay } from '../calendar/day.js';
import type { CalendarEvent, EventSource } from '../calendar/events.js';
import { once } from '../once.js';
import type { OptionTable } from '../options.js';
import { recordText } from './sales-record-schema.js';

/** Schema of {@link PanelOptions}. */
export const panelOptionsSchema = once(() => {
  const day = z
    .pipe(
      z.union([z.int(), z.string()]),
      z.transform((value) => (typeof value === 'number' ? value : (tryParseDay(value) ?? Number.NaN))),
    )
    .check(z.refine(isPlausibleDay, 'Expected YYYY-MM-DD or a day number from 1900 to 2199'));

  const outliers = z.strictObject({
    action: z._default(z.enum(['ignore', 'report', 'bound', 'winsorise']), 'bound'),
    threshold: z._default(z.number().check(z.positive()), 8),
  });
  return z
    .strictObject({
      gaps: z._default(z.enum(['zero', 'missing']), 'zero'),
      beforeFirst: z._default(z.enum(['missing', 'zero']), 'missing'),
      negativeUnits: z._default(z.enum(['net', 'reject']), 'net'),
      outOfStock: z._default(z.enum(['keep', 'missing']), 'missing'),
      outages: z._default(z.enum(['missing', 'zero']), 'missing'),
      cadence: z._default(z.enum(['spread', 'daily']), 'spread'),
      byLocation: z._default(z.boolean(), false),
      startDay: z.optional(day),
      lastDay: z.optional(day),
      today: z.optional(day),
      events: z.optional(
        z.custom<EventSource | readonly CalendarEvent[]>(
          (value) => typeof value === 'function' || Array.isArray(value),
          'Expected a list of events or a function that returns them',
        ),
      ),
      minDays: z._default(z.int().check(z.gte(1)), 1),
      outliers: z._default(outliers, { action: 'bound', threshold: 8 }),
      uncategorized: z._default(recordText().check(z.minLength(1)), 'uncategorized'),
      dateFormat: z.optional(z.string()),
      timeZone: z.optional(z.string()),
      maxExamples: z._default(z.int().check(z.gte(0)), 5),
      maxCells: z._default(z.int().check(z.gte(1)), 100_000_000),
    })
    .check(
      z.refine(
        ({ startDay, lastDay }) => startDay === undefined || lastDay === undefined || startDay <= lastDay,
        { path: ['lastDay'], error: 'lastDay is before startDay' },
      ),
    );
});

/** {@link PanelOptions} with their defaults filled in. */
export type ResolvedPanelOptions = z.output<ReturnType<typeof panelOptionsSchema>>;

/** Rules for making a panel of sales records. */
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
  /** Units of days recorded as out of stock: missing because demand was not seen, or kept. Default `missing`. */
  readonly outOfStock?: 'keep' | 'missing';
  /**
   * Units of days on which all or most series are silent against their habit, neither on a weekday that is always closed nor
   * in weeks that are closed in other years: missing, or zero. They are reported either way. Default `missing`.
   */
  readonly outages?: 'missing' | 'zero';
  /**
   * Series whose records are weekly, fortnightly or monthly totals: `spread` divides each record among the days for which
   * it stands, `daily` takes it for the sales of its day. Default `spread`.
   */
  readonly cadence?: 'spread' | 'daily';
  /** Makes a series of each product at each location, with the id `product@location`. Default false. */
  readonly byLocation?: boolean;
  /** First day of the panel, `YYYY-MM-DD` or a day number; earlier records are left out. Default: the earliest. */
  readonly startDay?: number | string;
  /** Last complete day; later records are left out. Default: the latest day with a record, before `today` if it is known. */
  readonly lastDay?: number | string;
  /**
   * The present day of the shop, `YYYY-MM-DD` or a day number. Records after it are left out and reported, and
   * so are its own, unless `lastDay` asks for them, because the day is incomplete. A forecaster sets it by its
   * clock. Without it, at most three last records are left out, if they follow a gap of more than 31 days that
   * is twice as long as any before.
   */
  readonly today?: number | string;
  /** Known events: sales on their days are never bounded, and silence for up to three days is a closure. */
  readonly events?: EventSource | readonly CalendarEvent[];
  /** Leaves out series with fewer days than this from their first record to the last day. Default 1: none. */
  readonly minDays?: number;
  /**
   * Days far from the usual. `bound`, the default, counts giant orders (more than 20 times an ordinary day, without a
   * promotion or an event) as the largest ordinary day, and reports other days that are `threshold` (8) robust standard
   * deviations from the same weekday of the weeks around; `winsorise` moves all of these to the limit, both ways; `report`
   * changes nothing; `ignore` does not look.
   */
  readonly outliers?: {
    readonly action?: 'ignore' | 'report' | 'bound' | 'winsorise';
    readonly threshold?: number;
  };
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
  outages: 1,
  cadence: 1,
  today: 1,
  events: 1,
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
