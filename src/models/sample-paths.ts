import type { Day } from '../calendar/day.js';
import { checkWholeNumber, ForecastError } from '../errors.js';
import { createPacer, LONG_CALL_OPTIONS, type LongCallOptions, throwIfAborted } from '../long-call.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { numberAt } from '../present.js';
import { createRandom } from '../random.js';
import type { FittedModel, KnownFuture } from './contract.js';
import { valueAt } from './normal-scores.js';
import { pathFactors } from './path-factors.js';
import { eachSeries, groupsOf, type LawSource } from './path-laws.js';
import { forecastQuantiles } from './quantiles.js';
import type { SalesForecastOptions } from './sales-forecasts.js';
import { checkHorizon } from './uncertainty/index.js';

export interface SamplePathOptions extends LongCallOptions {
  /** Days of each path, or steps of another panel. */
  readonly horizon: number;
  /** Number of paths. Default 100. */
  readonly paths?: number;
  /** Indices of the series, each once. Default: all, in their order. */
  readonly series?: readonly number[];
  /** Default 0. The same seed gives the same paths on every machine. */
  readonly seed?: number;
  /**
   * Rounds to whole units. Default: true for a model with `quantiles` of its own, which are those of counts; choose false for
   * goods sold by weight.
   */
  readonly whole?: boolean;
  /** Replaces the known future of the fit's covariates. */
  readonly future?: KnownFuture;
}

const SAMPLE_PATH_OPTIONS: OptionTable<SamplePathOptions> = {
  ...LONG_CALL_OPTIONS,
  horizon: 1,
  paths: 1,
  series: 1,
  seed: 1,
  whole: 1,
  future: 1,
};

/** Possible courses of the sales of the coming days. */
export interface SamplePaths {
  /** Day of step 0: the day after the cutoff. */
  readonly startDay: Day;
  readonly horizon: number;
  readonly paths: number;
  /** Indices of the series in the panel. */
  readonly series: readonly number[];
  /** Path-major, then series-major: step `h` of place `k` in `series` on path `p` is at `(p * series.length + k) * horizon + h`. */
  readonly values: Float64Array;
}

const DEFAULT_PATHS = 100;
/** Most values of one call: 400 MB. */
const MAX_VALUES = 50_000_000;

/**
 * Samples possible courses of the coming days from the predictive distribution of a fitted model, for simulations.
 * Each day of each series has the law of {@link forecastQuantiles}; the days of a series, and the series, are
 * correlated so that sums over the first 7, 28, 91, 182 and 364 days and over all of them, of each series and of all chosen
 * series, vary as the model says of them.
 *
 * ```ts
 * import { adaptiveEnsemble, type Panel, samplePaths } from 'commerce-forecast';
 *
 * async function busiestDays(panel: Panel) {
 *   const fitted = await adaptiveEnsemble().fit(panel);
 *   const { values, horizon, paths } = await samplePaths(fitted, { horizon: 28, paths: 1000, series: [0], seed: 1 });
 *   return Array.from({ length: paths }, (_, p) => Math.max(...values.subarray(p * horizon, (p + 1) * horizon)));
 * }
 * ```
 *
 * Source: a Gaussian copula with factors for everything, for each series and for each day; see McNeil, Frey and Embrechts,
 * "Quantitative Risk Management" (2005), chapter 5.
 *
 * @throws ForecastError `invalid-option` for a wrong option, `limit-exceeded` for more than 50 million values, `aborted`.
 */
export async function samplePaths(
  fitted: FittedModel,
  options: SamplePathOptions,
  clipping: SalesForecastOptions = {},
): Promise<SamplePaths> {
  refuseUnknown(options, SAMPLE_PATH_OPTIONS);
  const { seriesCount } = fitted;
  const { signal, future } = options;
  const series = options.series ?? Array.from({ length: seriesCount }, (_, s) => s);
  checkSeries(series, seriesCount);
  checkHorizon(options.horizon);
  throwIfAborted(signal);
  const { startDay } = await fitted.forecast({ horizon: 1, signal, future });
  const laws: LawSource = async (sums) => {
    const { ranges, probabilities } = sums;
    const query = { ranges, probabilities, ...groupsOf(seriesCount, sums), signal, future };
    return (await forecastQuantiles(fitted, query, clipping)).values;
  };
  const whole = options.whole ?? fitted.quantiles !== undefined;
  return { startDay, ...(await drawPaths(laws, series, { ...options, whole })) };
}

/** As {@link samplePaths}, from any source of laws. */
export async function drawPaths(
  laws: LawSource,
  series: readonly number[],
  options: Omit<SamplePathOptions, 'series' | 'future'>,
): Promise<Omit<SamplePaths, 'startDay'>> {
  const { horizon, paths = DEFAULT_PATHS, seed = 0, whole = false, signal, onProgress } = options;
  checkWholeNumber('paths', paths);
  checkSize(paths * series.length * horizon);
  const values = new Float64Array(paths * series.length * horizon);
  const pace = createPacer({ signal, onProgress });
  const factors = await pathFactors(laws, series, { horizon, whole }, pace);
  const random = createRandom(seed);
  const ofAll = Float64Array.from({ length: paths }, () => random.normal());
  const ofDays = new Float64Array(paths * horizon).map(() => random.normal());
  for await (const { table, law, place, index } of eachSeries(laws, series, horizon, whole)) {
    const parts = factors.partsOf(place);
    const draw = createRandom(seed, index + 1);
    for (let p = 0; p < paths; p++) {
      const [shared, own] = [numberAt(ofAll, p), draw.normal()];
      const at = (p * series.length + place) * horizon;
      parts.forEach((part, h) => {
        const day = part.sharedDay * numberAt(ofDays, p * horizon + h);
        const score = part.shared * shared + part.own * own + day + part.day * draw.normal();
        values[at + h] = valueAt(table, law + h, score);
      });
    }
    await pace({ phase: 'paths', done: place + 1, total: series.length });
  }
  return { horizon, paths, series, values };
}

function checkSeries(series: readonly number[], seriesCount: number): void {
  const seen = new Set<number>();
  series.forEach((index, place) => {
    const isKnown = Number.isInteger(index) && index >= 0 && index < seriesCount;
    if (isKnown && !seen.has(index)) {
      seen.add(index);
      return;
    }
    const message = isKnown
      ? `Series ${index} is listed twice`
      : `There is no series ${index}: there are ${seriesCount}`;
    throw new ForecastError('invalid-option', message, { path: ['series', place] });
  });
}

function checkSize(size: number): void {
  if (size <= MAX_VALUES) return;
  throw new ForecastError(
    'limit-exceeded',
    `The paths would have ${size} values, and at most ${MAX_VALUES} fit`,
    {
      path: ['paths'],
      hint: 'Ask for fewer paths, fewer days or fewer products.',
    },
  );
}
