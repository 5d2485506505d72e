import { checkWholeNumber, ForecastError } from '../errors.js';
import { log } from '../math/index.js';
import { quantileOfSorted } from '../order-statistics.js';
import { numberAt } from '../present.js';
import type { MonitoringReport } from './report.js';
import { DEFAULT_THRESHOLDS, type MonitoringThresholds } from './thresholds.js';

/** Distribution of values when the model was trained; plain data, to be kept with the model. */
export interface ReferenceDistribution {
  /** Inner edges of the bins, ascending: bin `i` holds `edges[i - 1] <= value < edges[i]`. */
  readonly edges: readonly number[];
  /** Share of each bin, and last the share of missing values; they sum to 1. */
  readonly shares: readonly number[];
}

/** Floor of the share of a bin: the logarithm for an empty one would be infinite. */
const LEAST_SHARE = 1e-4;

/**
 * Bins with equal counts, plus one for missing values. Frequent values, such as days without sales, can make
 * bins coincide, which leaves fewer of them.
 *
 * @param bins - Default 10.
 * @throws ForecastError `empty-data` without a value, `invalid-data` for an infinite one, `invalid-option`.
 */
export function referenceDistribution(values: ArrayLike<number>, bins = 10): ReferenceDistribution {
  checkWholeNumber('bins', bins, 2);
  const sorted = Float64Array.from(values)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (sorted.length === 0) {
    throw new ForecastError('empty-data', 'There is no value to take bins from', { path: ['values'] });
  }
  checkFinite(numberAt(sorted, 0));
  checkFinite(numberAt(sorted, sorted.length - 1));
  const edges = new Set<number>();
  for (let bin = 1; bin < bins; bin++) edges.add(quantileOfSorted(sorted, bin / bins));
  const ascending = [...edges];
  return { edges: ascending, shares: sharesOf(values, ascending) };
}

/**
 * Population stability index: the shift of the distribution of values from the reference, as the sum over the
 * bins of `(share - reference) * ln(share / reference)`. 0 for the same distribution; customary limits are 0.1
 * and 0.25.
 *
 * ```ts
 * import { populationStabilityIndex, referenceDistribution } from 'commerce-forecast/monitoring';
 *
 * const reference = referenceDistribution([1, 2, 3, 4, 5, 6, 7, 8], 4);
 * populationStabilityIndex(reference, [1, 2, 3, 4, 5, 6, 7, 8]); // 0
 * ```
 *
 * Source: N. Siddiqi, "Credit Risk Scorecards" (2006); it is Jeffreys' divergence between the two
 * distributions.
 *
 * @throws ForecastError `empty-data` without any value (a missing one counts), `invalid-data` for an infinite
 * one or an invalid reference.
 */
export function populationStabilityIndex(
  reference: ReferenceDistribution,
  values: ArrayLike<number>,
): number {
  const { edges, shares } = reference;
  if (shares.length !== edges.length + 2) {
    throw new ForecastError(
      'invalid-data',
      `A reference of ${edges.length} edges has ${shares.length} shares`,
      {
        path: ['reference', 'shares'],
      },
    );
  }
  if (values.length === 0) {
    throw new ForecastError('empty-data', 'There is no value to compare', { path: ['values'] });
  }
  const actual = sharesOf(values, edges);
  let index = 0;
  for (const [bin, share] of shares.entries()) {
    const a = Math.max(numberAt(actual, bin), LEAST_SHARE);
    const e = Math.max(share, LEAST_SHARE);
    index += (a - e) * log(a / e);
  }
  return index;
}

/** Metrics and events of the index of several features: a warning from 0.1, critical from 0.25. */
export function populationReport(
  indices: Readonly<Record<string, number>>,
  thresholds: MonitoringThresholds = DEFAULT_THRESHOLDS,
): MonitoringReport {
  const { populationWarning, populationCritical } = thresholds;
  const name = 'forecast_population_stability_index';
  const entries = Object.entries(indices).map(([feature, value]) => ({ value, labels: { feature } }));
  const drifted = entries.filter(({ value }) => value >= populationWarning);
  return {
    metrics: entries.map((entry) => ({ name, ...entry })),
    events: drifted.map(({ value, labels }) => {
      const critical = value >= populationCritical;
      return {
        kind: 'population-drift',
        severity: critical ? 'critical' : 'warning',
        metric: name,
        value,
        threshold: critical ? populationCritical : populationWarning,
        labels,
        message: `The values of ${labels.feature} have drifted: stability index ${value.toFixed(3)}`,
      };
    }),
  };
}

function sharesOf(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const counts = new Array<number>(edges.length + 2).fill(0);
  for (let i = 0; i < values.length; i++) {
    const value = numberAt(values, i);
    const bin = Number.isNaN(value) ? edges.length + 1 : binOf(checkFinite(value), edges);
    counts[bin] = numberAt(counts, bin) + 1;
  }
  return counts.map((count) => count / values.length);
}

/** Number of edges that are at or below the value. */
function binOf(value: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numberAt(edges, middle) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function checkFinite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new ForecastError('invalid-data', `Values must be finite or missing, got ${value}`, {
    path: ['values'],
  });
}
