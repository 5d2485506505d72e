import * as z from 'zod/mini';
import type { ForecastCache } from '../cache/contract.js';
import type { Day } from '../calendar/day.js';
import type { CalendarEvent, EventSource } from '../calendar/events.js';
import type { IndicatorSeries } from '../features/indicator-features.js';
import type { ForecastModel, PastOnlySeries, ProductAttributes } from '../models/contract.js';
import { once } from '../once.js';
import type { OptionTable } from '../options.js';
import { PANEL_OPTIONS, type PanelOptions } from '../panel/panel-options.js';
import type { PlanBook } from '../plan/index.js';
import type { ArtifactStore } from '../storage/artifact-contract.js';
import type { SalesStorage } from '../storage/contract.js';
import type { PeriodAlignment } from './build-snapshot.js';

/** Loads the economic indicators that were published up to a day. */
export type IndicatorLoader = (range: {
  readonly from: Day;
  readonly to: Day;
  readonly signal?: AbortSignal;
}) => Promise<readonly IndicatorSeries[]>;

export interface ForecasterOptions {
  /** Storage of the sales. Default: memory. */
  readonly storage?: SalesStorage;
  /**
   * Store where each training keeps its snapshot and its model, and where a forecaster without a training of its own finds
   * those of the last one. Default: none, so that a new process has to train.
   */
  readonly artifacts?: ArtifactStore;
  /** Cache of the answers. Default: memory. */
  readonly cache?: ForecastCache;
  /** Default: {@link adaptiveEnsemble}. */
  readonly model?: ForecastModel;
  /** Holidays and the merchant's own events: `await countryHolidays('US')`, a list, or several combined. */
  readonly events?: EventSource | readonly CalendarEvent[];
  /** Series named `gdp`, `inflation` and `consumer_confidence`, or a function that loads them for a training. */
  readonly indicators?: readonly IndicatorSeries[] | IndicatorLoader;
  /** Columns that are known only up to the present, such as weather or visitors. */
  readonly pastOnly?: readonly PastOnlySeries[];
  /** Attributes of products: `[{ productId: 'SKU-1', brand: 'Acme', size: 'L' }]`. */
  readonly attributes?: readonly ProductAttributes[];
  /** Planned prices, promotions, closures and events. Default: a plan book in memory. */
  readonly plans?: PlanBook;
  /**
   * Rules for turning records into daily series: gaps, outages, returns, days out of stock, giant orders,
   * locations.
   */
  readonly panel?: PanelOptions;
  /** Days of history that a training uses. Default 1826: seasons and events need years. */
  readonly trainingDays?: number;
  /** Days of the holdout on which accuracy is measured and intervals are calibrated: four whole weeks by default; 0 for none. */
  readonly validationDays?: number;
  /** Level of the intervals. Default 0.8. */
  readonly intervalLevel?: number;
  /** Start of the periods: after the last day, or with the calendar. Default `rolling`. */
  readonly periodAlignment?: PeriodAlignment;
  /** True to scale intervals to their nominal coverage on the validation days. Default true. */
  readonly calibrateIntervals?: boolean;
  /** Default 0. */
  readonly seed?: number;
  /**
   * Clock for `generatedAt` and `trainedAt`, and for the present day in the `timeZone` of the panel: a training
   * leaves out sales of that day, which is incomplete, and of later ones. Default: the system's.
   */
  readonly now?: () => Date;
}

export const FORECASTER_OPTIONS: OptionTable<ForecasterOptions> = {
  storage: 1,
  artifacts: 1,
  cache: 1,
  model: 1,
  events: 1,
  indicators: 1,
  pastOnly: 1,
  attributes: 1,
  plans: 1,
  panel: PANEL_OPTIONS,
  trainingDays: 1,
  validationDays: 1,
  intervalLevel: 1,
  periodAlignment: 1,
  calibrateIntervals: 1,
  seed: 1,
  now: 1,
};

/** Schema of the plain options with their defaults; injected parts are checked when used. */
export const forecasterSettingsSchema = once(() =>
  z.object({
    trainingDays: z._default(z.int().check(z.gte(60)), 1826),
    validationDays: z._default(z.int().check(z.gte(0), z.lte(365)), 28),
    intervalLevel: z._default(z.number().check(z.gt(0), z.lt(1)), 0.8),
    periodAlignment: z._default(z.enum(['rolling', 'calendar']), 'rolling'),
    calibrateIntervals: z._default(z.boolean(), true),
    seed: z._default(z.int(), 0),
  }),
);

export type ForecasterSettings = z.output<ReturnType<typeof forecasterSettingsSchema>>;
