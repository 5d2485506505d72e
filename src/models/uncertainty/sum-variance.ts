/** Lags beyond which in-sample autocovariances of daily residuals are mostly noise. */
const DEFAULT_MAX_LAG = 28;

/**
 * Variance of the sum of `steps` consecutive errors, estimated from past daily residuals.
 *
 * The autocovariances of the residuals, up to `maxLag` days, are tapered by Bartlett's kernel, which keeps the
 * estimate positive. It never falls below half of the variance of `steps` independent errors, because negative
 * autocorrelation in the sample (which a fit to that sample causes by itself) must not make a total look certain.
 * Missing residuals (NaN) are left out pair by pair. Without any residual the variance is 0.
 *
 * Source: W. K. Newey and K. D. West, Econometrica 55 (1987), for the taper.
 *
 * @param residuals daily residuals in order of time, units of the series; NaN is missing.
 * @param steps number of days in the sum, at least 1.
 */
export function sumVariance(residuals: ArrayLike<number>, steps: number, maxLag = DEFAULT_MAX_LAG): number {
  return sumVariances(residuals, maxLag)(steps);
}

/** {@link sumVariance} for several numbers of steps, with each autocovariance computed once. */
export function sumVariances(
  residuals: ArrayLike<number>,
  maxLag = DEFAULT_MAX_LAG,
): (steps: number) => number {
  const known: number[] = [];
  return (steps) => {
    known[0] ??= autocovariance(residuals, 0);
    const independent = steps * known[0];
    let total = independent;
    const lags = Math.min(steps - 1, maxLag, residuals.length - 1);
    for (let lag = 1; lag <= lags; lag++) {
      known[lag] ??= autocovariance(residuals, lag);
      total += 2 * (1 - lag / (maxLag + 1)) * (steps - lag) * known[lag];
    }
    return Math.max(total, independent / 2);
  };
}

/**
 * Mean of `r[i] * r[i + lag]` around zero: a bias of the residuals counts as error, so no mean is subtracted.
 */
function autocovariance(residuals: ArrayLike<number>, lag: number): number {
  let sum = 0;
  let observed = 0;
  for (let i = 0; i < residuals.length; i++) {
    const value = residuals[i];
    if (Number.isNaN(value)) continue;
    observed++;
    const later = i + lag < residuals.length ? value * residuals[i + lag] : Number.NaN;
    if (!Number.isNaN(later)) sum += later;
  }
  // Dividing by all observed days, and not by the pairs, is what keeps the tapered sum positive.
  return observed === 0 ? 0 : sum / observed;
}
