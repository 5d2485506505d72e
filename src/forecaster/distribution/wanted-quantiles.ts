import { ForecastError, invalidOption } from '../../errors.js';
import type { OptionTable } from '../../options.js';
import { numberAt } from '../../present.js';
import type { ForecastSnapshot } from '../snapshot.js';
import { type GridTotals, intervalReader, quantileReader } from './quantile-grid.js';

/** Level of the intervals, and quantiles that a question asks for. */
export interface DistributionQuery {
  /** Level of the intervals, such as 0.95. Default: that of the training. */
  readonly intervalLevel?: number;
  /** Probabilities of the quantiles that each forecast lists, such as `[0.1, 0.5, 0.9]`. Default: none. */
  readonly quantiles?: readonly number[];
}

export const DISTRIBUTION_OPTIONS: OptionTable<DistributionQuery> = { intervalLevel: 1, quantiles: 1 };

/** Most quantiles of one question. */
const MOST_QUANTILES = 100;

/** @throws ForecastError `invalid-option` unless each is a probability between 0 and 1, and there are at most 100. */
export function checkProbabilities(quantiles: readonly number[]): void {
  if (!Array.isArray(quantiles) || quantiles.length > MOST_QUANTILES) {
    invalidOption('quantiles', `quantiles must be a list of up to ${MOST_QUANTILES} probabilities`);
  }
  quantiles.forEach((probability, i) => {
    if (typeof probability === 'number' && probability > 0 && probability < 1) return;
    throw new ForecastError(
      'invalid-option',
      `A quantile needs a probability between 0 and 1, not ${probability}`,
      {
        path: ['quantiles', i],
      },
    );
  });
}

/** Figures of a total: its interval and, where they were asked for, its quantiles. */
export interface DistributionFigures {
  readonly lower: number;
  readonly upper: number;
  readonly quantiles?: readonly number[];
}

/**
 * Reads intervals and quantiles of totals as a question wants them.
 *
 * @throws ForecastError `invalid-option` for a level or a probability that the snapshot does not have.
 */
export function distributionReader(
  { intervalLevel: usual }: Pick<ForecastSnapshot, 'intervalLevel'>,
  { intervalLevel = usual, quantiles = [] }: DistributionQuery,
): (totals: GridTotals) => (index: number) => DistributionFigures & { readonly mean: number } {
  checkProbabilities(quantiles);
  return (totals) => {
    const { lower, upper } = intervalReader(totals, intervalLevel);
    const readers = quantiles.map((p) => quantileReader(totals.quantiles, p, 'quantiles'));
    return (i) => ({
      mean: numberAt(totals.mean, i),
      lower: lower(i),
      upper: upper(i),
      ...(readers.length > 0 && { quantiles: readers.map((read) => read(i)) }),
    });
  };
}
