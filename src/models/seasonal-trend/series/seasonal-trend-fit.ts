import { checkWholeNumber, ForecastError, invalidOption } from '../../../errors.js';
import { type OptionTable, refuseUnknown } from '../../../options.js';
import type { Interval, SerializedModel } from '../../contract.js';
import { clipAtZero, raiseIntervals } from '../../sales-forecasts.js';
import { checkHorizon, checkLevels } from '../../uncertainty/index.js';
import type { Parameters } from '../solver/problem.js';
import type { Diagnostics } from './diagnostics.js';
import { autocorrelation, changepointsOf } from './diagnostics.js';
import { fitParameters } from './fit-series.js';
import { checkFrequency, type Frequency, frequencyOf, nextDays } from './forecast-days.js';
import type { Points } from './points.js';
import { readPoints } from './points.js';
import type { Parts } from './predict.js';
import {
  predictComponents,
  predictParts,
  type RegressorCoefficient,
  regressorCoefficients,
} from './predict.js';
import { prophetJson } from './prophet-write.js';
import type { SeriesHistory } from './series-history.js';
import { joinHistories, readHistory } from './series-history.js';
import {
  exactOutcome,
  exactTrend,
  type SampledPoints,
  sampledIntervals,
  samplePoints,
} from './series-intervals.js';
import { seriesFromJson, seriesToJson } from './series-json.js';
import {
  POINT_INPUTS,
  type PointInputs,
  type SeasonalTrendOptions,
  type SeriesData,
} from './series-options.js';
import type { Specification } from './specification.js';
import { specify } from './specification.js';

/** Lags of the autocorrelation in the diagnostics: four weeks of daily rows. */
const DIAGNOSTIC_LAGS = 28;

const MOST_SAMPLES = 1_000_000;

function checkSamples(samples: number, least: number): void {
  checkWholeNumber('samples', samples, least);
  if (samples > MOST_SAMPLES) invalidOption('samples', `samples must be at most ${MOST_SAMPLES}`);
}

/** Points to forecast: the next `horizon` periods, or the given `days` or `dates`. */
export interface SeriesForecastOptions extends PointInputs {
  /** Periods after the last row, observed or not. */
  readonly horizon?: number;
  /** Length of a period. Default: that of the history, by the median of its spacings; days if none matches. */
  readonly freq?: Frequency;
  /** Levels of the intervals. Default: the level that the model was fitted with. */
  readonly levels?: readonly number[];
  /** Intervals of the trend as well. Default false. */
  readonly trendIntervals?: boolean;
  /** Simulated paths for logistic growth. Default 1000. */
  readonly samples?: number;
  /** Seed of the simulation. Default 0. */
  readonly seed?: number;
}

const SERIES_FORECAST_OPTIONS: OptionTable<SeriesForecastOptions> = {
  ...POINT_INPUTS,
  horizon: 1,
  freq: 1,
  levels: 1,
  trendIntervals: 1,
  samples: 1,
  seed: 1,
};

/** A forecast of one series; all columns have one value per point. */
export interface SeriesForecast extends Parts {
  readonly days: Float64Array;
  /** Intervals of the outcome. */
  readonly intervals: readonly Interval[];
  /** Intervals of the trend, if asked for. */
  readonly trendIntervals: readonly Interval[];
}

/** A model fitted to one series: what {@link fitSeasonalTrend} returns. */
export class SeasonalTrendFit {
  /** The model: growth, changepoints and components. */
  readonly specification: Specification;
  /** The fitted parameters in scaled units. */
  readonly parameters: Parameters;
  /** Reasons for the absence of parts of the model that may be expected. */
  readonly warnings: readonly string[];
  readonly #history: SeriesHistory | undefined;
  readonly #options: SeasonalTrendOptions | undefined;

  /** @internal */
  constructor(
    specification: Specification,
    parameters: Parameters,
    warnings: readonly string[],
    history?: SeriesHistory,
    options?: SeasonalTrendOptions,
  ) {
    this.specification = specification;
    this.parameters = parameters;
    this.warnings = warnings;
    this.#history = history;
    this.#options = options;
  }

  /**
   * Forecasts the next days or given points, which may lie in the past.
   *
   * @throws ForecastError `invalid-option` for a wrong horizon or level, `invalid-data` if the cap, a regressor or a
   * condition of the points is missing.
   */
  forecast(options: SeriesForecastOptions): SeriesForecast {
    return this.forecastAt(this.#points(options), options);
  }

  /** @internal */
  forecastAt(points: Points, options: SeriesForecastOptions): SeriesForecast {
    const { specification, parameters } = this;
    const levels = options.levels ?? [specification.intervalLevel];
    checkLevels(levels);
    const parts = predictParts(specification, parameters, points);
    const request = { specification, parameters, points, parts, levels };
    const { samples = 1000, seed = 0, trendIntervals = false } = options;
    let outcome: Interval[];
    let trend: Interval[] = [];
    if (specification.growth === 'logistic') {
      checkSamples(samples, 2);
      ({ outcome, trend } = sampledIntervals(request, samples, seed));
    } else {
      outcome = exactOutcome(request);
      if (trendIntervals) trend = exactTrend(request);
    }
    const mean = specification.nonNegative ? clipAtZero(parts.mean.slice()) : parts.mean;
    const intervals = specification.nonNegative ? raiseIntervals(outcome, parts.mean, mean) : outcome;
    return {
      days: points.days,
      ...parts,
      mean,
      intervals,
      trendIntervals: trendIntervals ? trend : [],
    };
  }

  /**
   * Computes the effect of each seasonality, event and regressor at the points of {@link forecast}: in units of
   * the series where it is added, as a share of the trend where it multiplies.
   */
  components(options: SeriesForecastOptions): Record<string, Float64Array> {
    return predictComponents(this.specification, this.parameters, this.#points(options));
  }

  /**
   * Simulates futures, like Prophet's `predictive_samples`: for each point of {@link forecast} a column of
   * `samples` values, where path `k` is value `k` of every column. `trend` has the simulated trend alone,
   * `outcome` effects and noise as well.
   *
   * @throws ForecastError as {@link forecast}.
   */
  predictiveSamples(options: SeriesForecastOptions): SampledPoints {
    const { specification, parameters } = this;
    const { samples = 1000, seed = 0 } = options;
    checkSamples(samples, 1);
    const points = this.#points(options);
    const parts = predictParts(specification, parameters, points);
    const sampled = samplePoints({ specification, parameters, points, parts }, samples, seed);
    if (specification.nonNegative) {
      for (const column of sampled.outcome) {
        for (let k = 0; k < column.length; k++) column[k] = Math.max(0, column[k]);
      }
    }
    return sampled;
  }

  /**
   * Returns the effect per unit of each regressor: units of the series where it is added, a share of the trend
   * where it multiplies. As Prophet's `regressor_coefficients`; `center` is the value whose effect is 0.
   */
  regressorCoefficients(): RegressorCoefficient[] {
    return regressorCoefficients(this.specification, this.parameters);
  }

  /**
   * Writes the model as Python's Prophet does (`model_to_json`), for `model_from_json` and
   * {@link readProphetModel}.
   *
   * @throws ForecastError `invalid-option` for a fit without history, `invalid-data` for an event outside the years 1 to 9999.
   */
  toProphetJSON(): string {
    return prophetJson(this.specification, this.parameters, this.#needHistory(), this.#options ?? {});
  }

  /**
   * Fits again with new observations added, starting from this fit.
   *
   * @throws ForecastError `invalid-option` for a fit that has no history, because it was read from another program.
   */
  update(data: SeriesData): SeasonalTrendFit {
    const history = this.#needHistory();
    const options = this.#options ?? {};
    const { growth, floorGiven } = this.specification;
    const joined = joinHistories(history, readHistory(data, { ...options, growth }, floorGiven));
    const { specification, warnings } = specify(joined, options);
    const same =
      specification.changepoints.length === this.parameters.sizes.length &&
      specification.components.length === this.specification.components.length;
    const parameters = fitParameters(specification, joined, same ? this.parameters : undefined);
    return new SeasonalTrendFit(specification, parameters, warnings, joined, options);
  }

  /** Reports changepoints, noise and the autocorrelation of the residuals. */
  diagnostics(): Diagnostics {
    const { specification, parameters, warnings } = this;
    const { points, values } = this.#needHistory();
    const { mean } = predictParts(specification, parameters, points);
    const residuals = values.map((value, i) => value - mean[i]);
    return {
      rows: values.length,
      changepoints: changepointsOf(specification, parameters),
      noise: parameters.noise * specification.scale,
      logPosterior: parameters.logPosterior,
      residualAutocorrelation: autocorrelation(residuals, DIAGNOSTIC_LAGS),
      warnings,
    };
  }

  /** The fit as plain data, history included; {@link loadSeasonalTrend} reads it. */
  toJSON(): SerializedModel {
    return seriesToJson({
      specification: this.specification,
      parameters: this.parameters,
      warnings: this.warnings,
      history: this.#history,
      options: this.#options,
    });
  }

  #needHistory(): SeriesHistory {
    if (this.#history !== undefined) return this.#history;
    throw new ForecastError('invalid-option', 'This fit has no history: it was read without one', {
      hint: 'Fit the series with fitSeasonalTrend.',
    });
  }

  #points(options: SeriesForecastOptions): Points {
    refuseUnknown(options, SERIES_FORECAST_OPTIONS);
    const { growth, floorGiven, components } = this.specification;
    const needs = {
      cap: growth === 'logistic',
      floor: floorGiven,
      regressors: components.flatMap(({ kind, name }) => (kind === 'regressor' ? name : [])),
      conditions: components.flatMap((c) => (c.kind === 'seasonality' ? (c.condition ?? []) : [])),
    };
    if (options.horizon === undefined) return readPoints(options, needs);
    checkHorizon(options.horizon);
    const { startDay, span, lastDay = startDay + span } = this.specification;
    const known = this.#history?.points.days;
    const freq = options.freq ?? (known ? frequencyOf(known) : 'day');
    checkFrequency(freq);
    const days = nextDays(lastDay, options.horizon, freq, known);
    return readPoints({ ...options, days }, needs);
  }
}

/**
 * Fits Prophet's model to one series: the exact mode of the same posterior, in about a millisecond for two years of
 * days.
 *
 * ```ts
 * import { fitSeasonalTrend } from 'commerce-forecast/seasonal-trend';
 *
 * const values = Array.from({ length: 900 }, (_, d) => 100 + 0.1 * d + 20 * Math.sin((2 * Math.PI * d) / 7));
 * const days = values.map((_, d) => 19_000 + d);
 * const fit = fitSeasonalTrend({ days, values }, { seasonalityMode: 'additive' });
 * const next = fit.forecast({ horizon: 30, levels: [0.8, 0.95] });
 * console.log(next.mean[0], next.intervals[0].lower[0], fit.diagnostics().changepoints);
 * ```
 *
 * Source: S. J. Taylor and B. Letham, Forecasting at scale, The American Statistician 72 (2018).
 *
 * @throws ForecastError `empty-data`, `too-short` or `invalid-data` for a series that cannot be fitted,
 * `invalid-option` for an invalid option.
 */
export function fitSeasonalTrend(data: SeriesData, options: SeasonalTrendOptions = {}): SeasonalTrendFit {
  return fitHistory(readHistory(data, options), options);
}

/** Fits a history that has been read. */
export function fitHistory(history: SeriesHistory, options: SeasonalTrendOptions): SeasonalTrendFit {
  const { specification, warnings } = specify(history, options);
  return new SeasonalTrendFit(
    specification,
    fitParameters(specification, history),
    warnings,
    history,
    options,
  );
}

/**
 * Reads what `SeasonalTrendFit.toJSON` wrote; the fit forecasts exactly the same.
 *
 * @throws ForecastError `invalid-model` if the data is something else.
 */
export function loadSeasonalTrend(data: SerializedModel): SeasonalTrendFit {
  const { specification, parameters, warnings, history, options } = seriesFromJson(data);
  return new SeasonalTrendFit(specification, parameters, warnings, history, options);
}
