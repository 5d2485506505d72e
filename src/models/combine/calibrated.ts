import { mapConcurrently } from '../../concurrent.js';
import { checkWholeNumber } from '../../errors.js';
import { createPacer } from '../../long-call.js';
import { type OptionTable, refuseUnknown } from '../../options.js';
import type { Panel } from '../../panel/panel.js';
import { sliceDays } from '../../panel/slice.js';
import type {
  ContributionOptions,
  Contributions,
  FitOptions,
  FittedModel,
  ForecastModel,
  ForecastOptions,
  Interval,
  PanelForecast,
  SerializedModel,
  TotalsForecast,
  TotalsOptions,
} from '../contract.js';
import { covariatesUntil } from '../covariates.js';
import { checkFitOptions } from '../fit-options.js';
import { modelConfig } from '../model-config.js';
import { loadMember, modelFromJson, modelToJson, readArray, readCount } from '../model-json.js';
import { hasNegativeUnits, salesForecasts } from '../sales-forecasts.js';
import { encodeArray } from '../typed-array-json.js';
import { checkForecastOptions, checkTotalsOptions } from '../uncertainty/index.js';
import {
  CALIBRATION_CLASSES,
  type CalibrationClass,
  claimedDeviation,
  classOfTotal,
  collectScores,
  REFERENCE_LEVEL,
} from './calibration-scores.js';
import { contributionsOf } from './contributions.js';
import { QUANTILE_STEPS, quantileAt, scoreQuantiles } from './score-quantiles.js';

export interface CalibrationOptions {
  /** Days forecast from each calibration cutoff. Default 28. */
  readonly horizon?: number;
  /** Number of calibration cutoffs; each costs one more fit. Default 4. */
  readonly origins?: number;
  /** Days between two of them. Default 14. */
  readonly step?: number;
}

const CALIBRATION_OPTIONS: OptionTable<CalibrationOptions> = { horizon: 1, origins: 1, step: 1 };

/**
 * Quantiles of the scores of each class; absent for a class without scores, which keeps the model's own
 * intervals.
 */
type Calibration = Partial<Record<CalibrationClass, Float64Array<ArrayBuffer>>>;

/**
 * Calibrates the intervals of a model by split conformal prediction on rolling cutoffs: those of days, and of
 * sums of series and of groups over weeks and longer, where persistent errors make a model's own intervals too
 * narrow. Means are not changed.
 *
 * ```ts
 * import { calibrated, xgboostProphetBlend, type Panel } from 'commerce-forecast';
 *
 * async function nextMonth(panel: Panel) {
 *   const fitted = await calibrated(xgboostProphetBlend(), { origins: 4 }).fit(panel);
 *   return fitted.totals({ ranges: [{ from: 0, to: 30 }], levels: [0.8] });
 * }
 * ```
 *
 * A history that is too short for any calibration cutoff leaves the intervals as they are.
 *
 * @throws ForecastError `invalid-option` for an option that is not a positive whole number.
 */
export function calibrated(model: ForecastModel, options: CalibrationOptions = {}): ForecastModel {
  refuseUnknown(options, CALIBRATION_OPTIONS);
  const { horizon = 28, origins = 4, step = 14 } = options;
  for (const [name, value] of Object.entries({ horizon, origins, step })) checkWholeNumber(name, value);
  const name = `${model.name}-calibrated`;
  return {
    specificationVersion: 'v1',
    name,
    config: modelConfig(name, { horizon, origins, step }, [model]),
    uses: model.uses,
    maxConcurrentFits: model.maxConcurrentFits,
    async fit(panel, fitOptions = {}) {
      checkFitOptions(fitOptions);
      const base = await model.fit(panel, fitOptions);
      const calibration = await calibrate(model, panel, fitOptions, { horizon, origins, step });
      return new CalibratedModel(name, base, horizon, calibration);
    },
    load: (data) => loadCalibrated(name, model, data),
  };
}

/** Scores of past forecasts; the model learns from at least two horizons before each. */
async function calibrate(
  model: ForecastModel,
  panel: Panel,
  options: FitOptions,
  { horizon, origins, step }: Required<CalibrationOptions>,
): Promise<Calibration> {
  const ends: number[] = [];
  const pace = createPacer(options);
  for (let origin = 0; origin < origins; origin++) {
    const end = panel.days - horizon - origin * step;
    if (end < 2 * horizon || !isObserved(panel, end)) break;
    ends.push(end);
  }
  let done = 0;
  const scoresOf = async (end: number, signal: AbortSignal): Promise<Scores> => {
    const pause = () => pace({ phase: 'calibrate', done, total: ends.length });
    await pause();
    const history = sliceDays(panel, 0, end);
    const cutoff = panel.startDay + end - 1;
    const covariates = covariatesUntil(options.covariates ?? {}, panel, end);
    const mayBeNegative = hasNegativeUnits(history);
    const fitted = await model.fit(history, { ...options, horizon, signal, covariates });
    await pause();
    const { mean } = await salesForecasts(fitted, { mayBeNegative }).forecast({ horizon, signal });
    const { seriesCount } = panel;
    const actual = sliceDays(panel, end, end + horizon).units;
    const scores = emptyScores();
    await collectScores(
      fitted,
      { cutoff, horizon, seriesCount, actual, forecast: mean },
      panel,
      scores,
      pause,
    );
    done++;
    return scores;
  };
  const all = await mapConcurrently(ends, model.maxConcurrentFits ?? 1, scoresOf, options.signal);
  const scores = emptyScores();
  for (const name of CALIBRATION_CLASSES) scores[name] = all.flatMap((own) => own[name]);
  return Object.fromEntries(
    CALIBRATION_CLASSES.filter((name) => scores[name].length > 0).map((name) => [
      name,
      scoreQuantiles(Float64Array.from(scores[name])),
    ]),
  );
}

type Scores = Record<CalibrationClass, number[]>;

function emptyScores(): Scores {
  return Object.fromEntries(CALIBRATION_CLASSES.map((name) => [name, [] as number[]])) as Scores;
}

/** Tells whether any series is observed before a day of the grid. */
function isObserved({ units, days, seriesCount }: Panel, end: number): boolean {
  for (let s = 0; s < seriesCount; s++) {
    for (let d = 0; d < end; d++) if (!Number.isNaN(units[s * days + d])) return true;
  }
  return false;
}

class CalibratedModel implements FittedModel {
  readonly specificationVersion = 'v1';
  readonly cutoffDay: number;
  readonly seriesCount: number;
  readonly effect?: FittedModel['effect'];

  constructor(
    readonly model: string,
    private readonly base: FittedModel,
    private readonly horizon: number,
    private readonly calibration: Calibration,
  ) {
    if (base.effect) this.effect = (options) => base.effect!(options);
    this.cutoffDay = base.cutoffDay;
    this.seriesCount = base.seriesCount;
  }

  async forecast(options: ForecastOptions): Promise<PanelForecast> {
    const { levels } = checkForecastOptions(options);
    const quantiles = this.calibration.day;
    if (levels.length === 0 || !quantiles) return this.base.forecast(options);
    const forecast = await this.base.forecast({ ...options, levels: [REFERENCE_LEVEL] });
    const deviation = claimedDeviation(forecast.mean, forecast.intervals[0]);
    const scales = new Array<Float64Array>(forecast.mean.length).fill(quantiles);
    return {
      ...forecast,
      intervals: levels.map((level) => around(forecast.mean, deviation, scales, level)),
    };
  }

  async totals(options: TotalsOptions): Promise<TotalsForecast> {
    const plan = checkTotalsOptions(options, this.seriesCount);
    const members = new Int32Array(plan.groupCount);
    for (const group of plan.groupOf) if (group >= 0) members[group]++;
    const scales = Array.from({ length: plan.groupCount * plan.ranges.length }, (_, i) => {
      const { from, to } = plan.ranges[i % plan.ranges.length];
      const grouped = members[Math.floor(i / plan.ranges.length)] > 1;
      return this.calibration[classOfTotal(to - from, grouped, this.horizon)];
    });
    const levels = plan.levels;
    if (levels.length === 0 || !scales.every((scale) => scale !== undefined))
      return this.base.totals(options);
    const totals = await this.base.totals({ ...options, levels: [REFERENCE_LEVEL] });
    const deviation = claimedDeviation(totals.mean, totals.intervals[0]);
    return {
      ...totals,
      intervals: levels.map((level) => around(totals.mean, deviation, scales, level)),
    };
  }

  contributions(options: ContributionOptions): Promise<Contributions> {
    return contributionsOf(this.base, options);
  }

  toJSON(): SerializedModel {
    return modelToJson(this.model, {
      horizon: this.horizon,
      base: this.base.toJSON(),
      calibration: Object.fromEntries(
        Object.entries(this.calibration).map(([name, quantiles]) => [name, encodeArray(quantiles)]),
      ),
    });
  }
}

/** An interval of the calibrated width around each mean; `scales` holds the quantiles for each value. */
function around(
  mean: Float64Array,
  deviation: Float64Array,
  scales: readonly Float64Array[],
  level: number,
): Interval {
  const lower = new Float64Array(mean.length);
  const upper = new Float64Array(mean.length);
  for (let i = 0; i < mean.length; i++) {
    const halfWidth = deviation[i] * quantileAt(scales[i], level);
    lower[i] = mean[i] - halfWidth;
    upper[i] = mean[i] + halfWidth;
  }
  return { level, lower, upper };
}

function loadCalibrated(name: string, model: ForecastModel, data: SerializedModel): FittedModel {
  const json = modelFromJson(data, name);
  const horizon = readCount(json, 'horizon', 1);
  const classes = json.object('calibration');
  const known = CALIBRATION_CLASSES.filter((key) => classes.has(key));
  const quantiles = known.map((key) => [
    key,
    readArray(classes, key, 'float64', QUANTILE_STEPS + 1, { least: 0 }),
  ]);
  return new CalibratedModel(name, loadMember(model, json, 'base'), horizon, Object.fromEntries(quantiles));
}
