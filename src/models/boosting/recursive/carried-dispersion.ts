import { ROLLING_WINDOW } from '../../../features/names.js';
import type { SalesFeatureColumns } from '../../../features/sales-features.js';

/**
 * Keeps the rolling features of a recursive forecast like those in training. Forecasts are expected values, so
 * a window that fills with them varies less and less, unlike any window of sales in the training data;
 * uncorrected, a year of recursion drifts to several times the level of sales. Once a window holds no observed
 * day, its standard deviation, minimum and maximum are therefore moved, over as many days again, to the same
 * multiples of its mean as in the last fully observed window. The mean itself and the lags are expectations
 * anyway.
 */
export class CarriedDispersion {
  private readonly stdRatio: Float64Array;
  private readonly minRatio: Float64Array;
  private readonly maxRatio: Float64Array;

  /** @param observed the features of step 0, one row per series, whose windows hold no forecast */
  constructor(observed: SalesFeatureColumns, seriesCount: number) {
    const ratioTo = (column: Float32Array, fallback: number) =>
      Float64Array.from({ length: seriesCount }, (_, s) => {
        const mean = observed.rollingMean[s];
        return mean > 0 ? column[s] / mean : fallback;
      });
    this.stdRatio = ratioTo(observed.rollingStd, 0);
    this.minRatio = ratioTo(observed.rollingMin, 1);
    this.maxRatio = ratioTo(observed.rollingMax, 1);
  }

  /** Adjusts the features of a step (0 for the first day after the cutoff). */
  apply(columns: SalesFeatureColumns, step: number): void {
    const share = Math.min(1, Math.max(0, step / ROLLING_WINDOW - 1));
    const { rollingMean, rollingStd, rollingMin, rollingMax } = columns;
    for (let s = 0; s < this.stdRatio.length; s++) {
      const mean = rollingMean[s];
      rollingStd[s] += share * (mean * this.stdRatio[s] - rollingStd[s]);
      rollingMin[s] = Math.min(
        rollingMin[s],
        rollingMin[s] + share * (mean * this.minRatio[s] - rollingMin[s]),
      );
      rollingMax[s] = Math.max(
        rollingMax[s],
        rollingMax[s] + share * (mean * this.maxRatio[s] - rollingMax[s]),
      );
    }
  }
}
