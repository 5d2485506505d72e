import { type Progress, runInSlices } from '../../long-call.js';
import { lastDay, type Panel } from '../../panel/panel.js';
import { checkObserved } from '../check-observed.js';
import type { ForecastModel } from '../contract.js';
import { checkFitOptions } from '../fit-options.js';
import { deviationsFromMean } from '../mean-of-last.js';
import { modelConfig } from '../model-config.js';
import { FittedPattern, loadPattern } from './fitted-pattern.js';

/** Fit of one series by a baseline: its pattern and its residuals. */
export interface SeriesFit {
  /** Writes the values of the next `period` days. `history` ends at the cutoff; NaN is missing. */
  pattern(history: Float64Array, out: Float64Array): void;
  /** Writes outcome minus forecast for the last `out.length` days of the history; NaN where there is none. */
  residuals(history: Float64Array, out: Float32Array): void;
}

export interface PatternMethod {
  readonly name: string;
  /** Resolved options, which make up the config of the model. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly period: number;
  readonly errorsAddUp: boolean;
  /** Called once per fit, for what all series share. */
  prepare(panel: Panel): SeriesFit;
}

/** Half a year, as much as intervals of totals use. */
const RESIDUAL_DAYS = 182;

/** A model that repeats the pattern that a method learns from each series. */
export function patternModel(method: PatternMethod): ForecastModel {
  return {
    specificationVersion: 'v1',
    name: method.name,
    config: modelConfig(method.name, method.options),
    uses: [],
    async fit(panel, options) {
      checkFitOptions(options);
      return runInSlices(fitPattern(method, panel), options);
    },
    load: (data) => loadPattern(method.name, data),
  };
}

function* fitPattern(method: PatternMethod, panel: Panel): Generator<Progress, FittedPattern, void> {
  const { seriesCount, days, units } = panel;
  checkObserved(panel);
  const { period, errorsAddUp } = method;
  const residualDays = Math.min(RESIDUAL_DAYS, days);
  const pattern = new Float64Array(seriesCount * period);
  const residuals = new Float32Array(seriesCount * residualDays).fill(Number.NaN);
  yield { phase: method.name, done: 0, total: seriesCount };
  const fit = method.prepare(panel);
  yield { phase: method.name, done: 0, total: seriesCount };
  for (let s = 0; s < seriesCount; s++) {
    const history = units.subarray(s * days, (s + 1) * days);
    const seriesResiduals = residuals.subarray(s * residualDays, (s + 1) * residualDays);
    fit.pattern(history, pattern.subarray(s * period, (s + 1) * period));
    fit.residuals(history, seriesResiduals);
    if (seriesResiduals.every(Number.isNaN)) deviationsFromMean(history, seriesResiduals);
    yield { phase: method.name, done: s + 1, total: seriesCount };
  }
  const cutoffDay = lastDay(panel);
  return new FittedPattern(method.name, {
    cutoffDay,
    seriesCount,
    period,
    pattern,
    errorsAddUp,
    residualDays,
    residuals,
  });
}
