import { expect } from 'vitest';
import type { SeasonalTrendFit } from '../../../src/models/seasonal-trend/index.js';
import { asArray, futureOf, type GoldenCase, numbers, withParametersOfR } from './golden.js';

/** Largest difference of two columns, relative to the value or to a thousandth of the largest value. */
export function relativeGap(ours: Float64Array, theirs: Float64Array): number {
  expect(ours.length).toBe(theirs.length);
  const least = 1e-3 * theirs.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  let gap = 0;
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i] - theirs[i]);
    if (difference !== 0) gap = Math.max(gap, difference / Math.max(Math.abs(theirs[i]), least));
  }
  return gap;
}

/** The design is Prophet's: same scales, same changepoints. */
export function checkDesign(golden: GoldenCase, fit: SeasonalTrendFit): void {
  const { parameters } = golden;
  expect(fit.specification.scale).toBe(parameters.y_scale);
  expect(fit.specification.span * 86_400).toBeCloseTo(parameters.t_scale_sec, 4);
  const theirs = asArray(parameters.changepoints_t);
  for (const [j, time] of fit.specification.changepoints.entries()) expect(time).toBeCloseTo(theirs[j], 12);
}

/** R's parameters through our prediction give R's forecast, every component of it, to 1e-9. */
export function checkPrediction(golden: GoldenCase, fit: SeasonalTrendFit): void {
  const theirs = withParametersOfR(fit, golden);
  const future = futureOf(golden);
  const forecast = theirs.forecast({ ...future, samples: 2 });
  const columns: Record<string, Float64Array> = {
    yhat: forecast.mean,
    trend: forecast.trend,
    additive_terms: forecast.additiveTerms,
    multiplicative_terms: forecast.multiplicativeTerms,
    ...theirs.components(future),
  };
  for (const [name, values] of Object.entries(columns)) {
    expect(relativeGap(values, numbers(golden.forecast, name)), name).toBeLessThan(1e-9);
  }
}

/** Our fit is the exact mode: no lower posterior than the independent solver's and R's, and its forecast. */
export function checkMode(golden: GoldenCase, fit: SeasonalTrendFit): void {
  const ours = fit.parameters.logPosterior;
  expect(ours).toBeGreaterThanOrEqual(golden.exactMap.log_posterior - 1e-6);
  expect(ours).toBeGreaterThanOrEqual(golden.parameters.log_posterior - 1e-6);
  const { mean } = fit.forecast({ ...futureOf(golden), samples: 2 });
  const exact = numbers(golden.exactForecast, 'yhat');
  for (let i = 0; i < mean.length; i++) {
    expect(Math.abs(mean[i] - exact[i])).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(exact[i])));
  }
  const values = numbers(golden.history, 'y').filter(Number.isFinite);
  const range = values.reduce((a, b) => Math.max(a, b)) - values.reduce((a, b) => Math.min(a, b));
  const theirs = numbers(golden.forecast, 'yhat');
  for (let i = 0; i < mean.length; i++)
    expect(Math.abs(mean[i] - theirs[i])).toBeLessThanOrEqual(0.03 * range);
}

/** Half-widths agree with those that R sampled, for R's parameters, within `tolerance`. */
export function checkIntervals(golden: GoldenCase, fit: SeasonalTrendFit, tolerance: number): void {
  const forecast = withParametersOfR(fit, golden).forecast(futureOf(golden));
  const lower = numbers(golden.forecast, 'yhat_lower');
  const upper = numbers(golden.forecast, 'yhat_upper');
  const [interval] = forecast.intervals;
  for (let i = 0; i < lower.length; i++) {
    const ratio = (interval.upper[i] - interval.lower[i]) / (upper[i] - lower[i]);
    expect(Math.abs(ratio - 1)).toBeLessThanOrEqual(tolerance);
  }
}
