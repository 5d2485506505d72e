import * as z from 'zod/mini';
import { formatDay } from '../calendar/day.js';
import { LONG_CALL_OPTIONS, type LongCallOptions, throwIfAborted } from '../long-call.js';
import { groupsOf } from '../models/path-laws.js';
import { salesForecasts } from '../models/sales-forecasts.js';
import { drawPaths } from '../models/sample-paths.js';
import { once } from '../once.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { parseOptions } from '../schema.js';
import { spreadFactor } from './calibration.js';
import { calibratedTotals } from './distribution/calibrated-totals.js';
import { forecastGroups } from './forecast/forecast-groups.js';
import { LONGEST_HORIZON } from './forecast/forecast-query.js';
import { seriesNames } from './series-name.js';
import type { TrainedModel } from './trained-model.js';

/** Question for possible courses of sales. */
export interface SamplePathsQuery extends LongCallOptions {
  /** Only these products. */
  readonly productIds?: readonly string[];
  /** Only products of this category. */
  readonly category?: string;
  /** Only sales at this location, null for those without one; needs a forecaster that keeps locations apart. */
  readonly location?: string | null;
  /** Days from the day after the last day of sales on, up to 731. Default 30. */
  readonly horizon?: number;
  /** Number of paths. Default 100. */
  readonly paths?: number;
  /** Default 0. The same seed gives the same paths on every machine. */
  readonly seed?: number;
  /** Rounds to whole units. Default true; with false, units are continuous, for goods sold by weight. */
  readonly whole?: boolean;
}

const SAMPLE_PATHS_OPTIONS: OptionTable<SamplePathsQuery> = {
  ...LONG_CALL_OPTIONS,
  productIds: 1,
  category: 1,
  location: 1,
  horizon: 1,
  paths: 1,
  seed: 1,
  whole: 1,
};

const samplePathsSchema = once(() =>
  z.object({
    productIds: z.optional(z.array(z.string()).check(z.minLength(1))),
    category: z.optional(z.string()),
    location: z.optional(z.nullable(z.string())),
    horizon: z._default(z.int().check(z.gte(1), z.lte(LONGEST_HORIZON)), 30),
    paths: z._default(z.int().check(z.gte(1)), 100),
    seed: z._default(z.int(), 0),
    whole: z._default(z.boolean(), true),
  }),
);

/** Possible courses of the sales of one product, or of one product at one location. */
export interface ProductPaths {
  readonly productId: string;
  readonly category: string;
  readonly location: string | null;
  /** Units of each day, one row for each path. Rows of the same place belong to one course of the whole shop. */
  readonly paths: readonly Float64Array[];
}

/** Possible courses of sales; see `samplePaths`. */
export interface SalesPaths {
  readonly modelVersion: string;
  readonly generatedAt: string;
  /** ISO date of the first day. */
  readonly firstDay: string;
  readonly horizon: number;
  readonly products: readonly ProductPaths[];
}

/** Samples possible courses of sales from the fitted model, with the calibrated spread of the forecasts. */
export async function salesPaths(
  { snapshot, fitted }: Pick<TrainedModel, 'snapshot' | 'fitted'>,
  query: SamplePathsQuery,
  generatedAt: string,
): Promise<SalesPaths> {
  refuseUnknown(query, SAMPLE_PATHS_OPTIONS);
  const { signal, onProgress, ...plain } = query;
  const { productIds, category, location, ...settings } = parseOptions(
    samplePathsSchema(),
    SAMPLE_PATHS_OPTIONS,
    plain,
  );
  throwIfAborted(signal);
  const names = seriesNames(snapshot);
  const level = names.location ? 'product-location' : 'product';
  const chosen = productIds && [...new Set(productIds)];
  const groups = forecastGroups(snapshot, { productIds: chosen, category, location, level });
  const series = groups.flatMap((group) => group.series);
  const sales = salesForecasts(fitted);
  const { values, horizon, paths } = await drawPaths(
    async (sums) => {
      const { ranges, probabilities, together } = sums;
      const options = { ranges, probabilities, ...groupsOf(fitted.seriesCount, sums), signal };
      const totals = await calibratedTotals(fitted, sales, options, ({ from, to }) =>
        spreadFactor(snapshot.calibration, together, to - from),
      );
      return totals.values;
    },
    series,
    { ...settings, signal, onProgress },
  );
  return {
    modelVersion: snapshot.modelVersion,
    generatedAt,
    firstDay: formatDay(snapshot.cutoffDay + 1),
    horizon,
    products: series.map((s, place) => ({
      productId: names.product(s),
      category: names.category(s),
      location: names.location?.(s) ?? null,
      paths: Array.from({ length: paths }, (_, p) => {
        const at = (p * series.length + place) * horizon;
        return values.subarray(at, at + horizon);
      }),
    })),
  };
}
