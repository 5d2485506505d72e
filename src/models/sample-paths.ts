import type { Day } from '../calendar/day.js';
import { eachStep, type StepRange } from '../calendar/period.js';
import { checkWholeNumber, ForecastError } from '../errors.js';
import { createPacer, LONG_CALL_OPTIONS, type LongCallOptions, throwIfAborted } from '../long-call.js';
import { type OptionTable, refuseUnknown } from '../options.js';
import { createRandom } from '../random.js';
import type { FittedModel, KnownFuture } from './contract.js';
import { groupsOfOne, type SeriesGroups } from './effect.js';
import {
  COARSE_SCORES,
  commonCorrelation,
  type Expansion,
  expansionOf,
  FINE_SCORES,
  type LawTable,
  type ScoreGrid,
  valueAt,
} from './normal-scores.js';
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
/** Series of one call of the model, so that it can be stopped in between. */
const SERIES_AT_ONCE = 50;
/** Sales of the busiest day imaginable up to which a series is a slow seller. */
const SLOW_UNITS = 60;

/**
 * Samples possible courses of the coming days from the predictive distribution of a fitted model, for simulations.
 * Each day of each series has the law of {@link forecastQuantiles}; the days of a series, and the series, are
 * correlated so that the sum over the days and the sum over all chosen series vary as the model says of them.
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
 * Source: a Gaussian copula with one factor for everything and one for each series; see McNeil, Frey and Embrechts,
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

/** Sums whose laws are wanted, over ranges of days: of each of the series, or of all of them together. */
export interface WantedSums {
  readonly ranges: readonly StepRange[];
  readonly series: readonly number[];
  readonly together: boolean;
  readonly probabilities: readonly number[];
}

/** Reads quantiles of sums, one column for each probability, series-major. */
export type LawSource = (sums: WantedSums) => Promise<readonly Float64Array[]>;

/** As {@link samplePaths}, from any source of laws. */
export async function drawPaths(
  laws: LawSource,
  series: readonly number[],
  options: Omit<SamplePathOptions, 'series' | 'future'>,
): Promise<Omit<SamplePaths, 'startDay'>> {
  const { horizon, paths = DEFAULT_PATHS, seed = 0, whole = false, signal, onProgress } = options;
  checkWholeNumber('paths', paths);
  checkSize(paths * series.length * horizon);
  const random = createRandom(seed);
  const ofAll = Float64Array.from({ length: paths }, () => random.normal());
  const values = new Float64Array(paths * series.length * horizon);
  const pace = createPacer({ signal, onProgress });
  const { lasting, common } = await correlations(laws, series, horizon, whole, pace);
  for await (const { table, law, place, index } of eachSeries(laws, series, horizon, whole)) {
    const persistent = lasting[place] ?? 0;
    const shared = Math.min(common, persistent);
    const [ofSeries, ofDay] = [Math.sqrt(persistent - shared), Math.sqrt(1 - persistent)];
    const draw = createRandom(seed, index + 1);
    for (let p = 0; p < paths; p++) {
      const level = Math.sqrt(shared) * (ofAll[p] ?? 0) + ofSeries * draw.normal();
      const at = (p * series.length + place) * horizon;
      for (let h = 0; h < horizon; h++)
        values[at + h] = valueAt(table, law + h, level + ofDay * draw.normal());
    }
    await pace({ phase: 'paths', done: place + 1, total: series.length });
  }
  return { horizon, paths, series, values };
}

/**
 * Correlation of the days of each series, from the variance of their sum, and that of days of different series, from the
 * variance of the sum of everything.
 */
async function correlations(
  laws: LawSource,
  series: readonly number[],
  horizon: number,
  whole: boolean,
  pace: ReturnType<typeof createPacer>,
) {
  const grid = COARSE_SCORES;
  const query = { ranges: [{ from: 0, to: horizon }], series, probabilities: grid.probabilities };
  const sums = { grid, columns: await laws({ ...query, together: false }), whole: false };
  const everything = { grid, columns: await laws({ ...query, together: true }), whole: false };
  const lasting = new Float64Array(series.length);
  const sumLaws: Expansion[] = [];
  let done = 0;
  for await (const { table, law, place } of eachSeries(laws, series, horizon, whole)) {
    const days = Array.from({ length: horizon }, (_, h) => expansionOf(table, law + h));
    const { variance } = expansionOf(sums, place);
    lasting[place] = commonCorrelation(days, variance);
    const total = (of: (day: Expansion) => number) => days.reduce((sum, day) => sum + of(day), 0);
    sumLaws[place] = { first: total(({ first }) => first), second: total(({ second }) => second), variance };
    await pace({ phase: 'laws of days', done: ++done, total: series.length });
  }
  return { lasting, common: commonCorrelation(sumLaws, expansionOf(everything, 0).variance) };
}

/** Laws of the days of one series: `law` is the first of them in the table. */
interface SeriesLaws {
  readonly table: LawTable;
  readonly law: number;
  readonly index: number;
  /** Place in the list of series. */
  readonly place: number;
}

/** Reads the laws of the days of series after series; those of slow sellers in whole units at more points. */
async function* eachSeries(
  laws: LawSource,
  series: readonly number[],
  horizon: number,
  whole: boolean,
): AsyncGenerator<SeriesLaws> {
  const read = async (part: readonly number[], grid: ScoreGrid): Promise<LawTable> => {
    const query = { ranges: eachStep(horizon), series: part, together: false };
    return { grid, columns: await laws({ ...query, probabilities: grid.probabilities }), whole };
  };
  for (let first = 0; first < series.length; first += SERIES_AT_ONCE) {
    const part = series.slice(first, first + SERIES_AT_ONCE);
    const coarse = await read(part, COARSE_SCORES);
    const busiest = coarse.columns.at(-1);
    const isSlow = (k: number) =>
      busiest?.subarray(k * horizon, (k + 1) * horizon).every((units) => units < SLOW_UNITS) ?? false;
    const slow = whole ? part.filter((_, k) => isSlow(k)) : [];
    const fine = slow.length > 0 ? await read(slow, FINE_SCORES) : coarse;
    let fineLaws = 0;
    for (const [k, index] of part.entries()) {
      const isFine = index === slow[fineLaws];
      const law = (isFine ? fineLaws++ : k) * horizon;
      yield { table: isFine ? fine : coarse, law, index, place: first + k };
    }
  }
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

/** The groups of {@link WantedSums}. */
export function groupsOf(seriesCount: number, { series, together }: WantedSums): SeriesGroups {
  const each = groupsOfOne(seriesCount, series);
  if (!together) return each;
  return { groupOf: each.groupOf.map((group) => Math.min(0, group)), groupCount: 1 };
}
