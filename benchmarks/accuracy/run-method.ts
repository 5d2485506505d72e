import type { TestWindow } from '../../src/metrics/test-window.js';
import type { Covariates, FittedModel } from '../../src/models/contract.js';
import type { Panel } from '../../src/panel/panel.js';
import { sliceDays } from '../../src/panel/slice.js';
import { caseMetrics, type Metrics } from './case-metrics.js';
import type { AccuracyCase } from './cases.js';
import { intervalMetrics } from './interval-metrics.js';
import type { Method } from './methods.js';

/** Forecasts every cutoff of a case, and measures the forecasts and the time of the processor. */
export async function runMethod(
  data: AccuracyCase,
  method: Method,
  covariates: Covariates,
  withIntervals = false,
  known?: Panel,
): Promise<Metrics> {
  const forecasts: Float64Array[] = [];
  const fits: FittedModel[] = [];
  let elsewhere = 0;
  const before = process.cpuUsage();
  for (const cutoff of data.cutoffs) {
    const fit = await method.fit(data, cutoff, covariates, known);
    forecasts.push(await fit.mean());
    if (fit.fitted) fits.push(fit.fitted);
    elsewhere += fit.elsewhereSeconds ?? 0;
  }
  const { user, system } = process.cpuUsage(before);
  const windows = testWindows(data, forecasts);
  return {
    ...caseMetrics(data, windows),
    cpu_seconds: (user + system) / 1e6 + elsewhere,
    ...(withIntervals &&
      !method.withoutIntervals &&
      data.grid === 'day' &&
      (await intervalMetrics(data, fits, windows))),
  };
}

/** The actual values of each cutoff beside a forecast of them. */
export function testWindows(data: AccuracyCase, forecasts: readonly Float64Array[]): TestWindow[] {
  const { panel, horizon, cutoffs } = data;
  return cutoffs.map((cutoff, k) => ({
    cutoff,
    horizon,
    seriesCount: panel.seriesCount,
    actual: sliceDays(panel, cutoff + 1, cutoff + 1 + horizon).units,
    forecast: forecasts[k],
  }));
}
