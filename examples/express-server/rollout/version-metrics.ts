import type { ValidationReport } from 'commerce-forecast';
import type { ModelMetrics } from 'commerce-forecast/registry';

/**
 * The metric that decides about a version: WAPE on the validation days divided by that of repeating the last week. The
 * days of two trainings differ, and some days are harder to forecast for any model.
 */
export const RELATIVE_WAPE = 'relative_wape';

/** The validation of a training as the metrics of its version, on the daily sales of categories. */
export function metricsOf(validation: ValidationReport | undefined): ModelMetrics {
  if (!validation) return {};
  const { wape, mae, rmse, r2, bias } = validation.model.categories;
  const metrics = {
    wape,
    [RELATIVE_WAPE]: wape / validation.seasonalNaive.categories.wape,
    bias,
    mae,
    rmse,
    r2,
    interval_coverage: validation.intervalCoverage.calibrated,
  };
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
