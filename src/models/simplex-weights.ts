/** Errors of several forecasts of the same values, as sums from which the error of any weighting follows. */
export class ForecastErrors {
  /** Sums of products of errors, row by row. */
  private readonly products: Float64Array;

  constructor(readonly count: number) {
    this.products = new Float64Array(count * count);
  }

  /** @param forecasts one value of each forecast; `importance` is the weight of the squared error */
  add(actual: number, forecasts: ArrayLike<number>, importance: number): void {
    const { count, products } = this;
    for (let j = 0; j < count; j++) {
      const error = importance * (forecasts[j] - actual);
      for (let k = 0; k < count; k++) products[j * count + k] += error * (forecasts[k] - actual);
    }
  }

  /** Adds the steps of a series that were observed; its forecasts begin at `offset` of each. */
  addSeries(
    actual: ArrayLike<number>,
    forecasts: readonly ArrayLike<number>[],
    offset: number,
    importance: number,
  ): void {
    for (let h = 0; h < actual.length; h++) {
      if (Number.isNaN(actual[h])) continue;
      this.add(
        actual[h],
        forecasts.map((forecast) => forecast[offset + h]),
        importance,
      );
    }
  }

  /** Squared error of the forecasts averaged with weights that add up to one. */
  of(weights: ArrayLike<number>): number {
    const { count, products } = this;
    let error = 0;
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < count; k++) error += weights[j] * weights[k] * products[j * count + k];
    }
    return error;
  }
}

/** Resolution of the grid of weights: steps of one twentieth. */
const PARTS = 20;

/**
 * The non-negative weights that add up to one and have the least squared error, shrunk towards prior ones: few
 * past forecasts say little about which model will be best, and equal weights are hard to beat (Stock and
 * Watson, Journal of Forecasting 23, 2004). Without errors, the prior weights are returned.
 *
 * @param trust how far to go from the prior weights towards the best ones, between 0 and 1
 * @param prior weights that add up to one; equal ones by default
 */
export function shrunkWeights(
  errors: ForecastErrors,
  trust = 0.5,
  prior: readonly number[] = new Array<number>(errors.count).fill(1 / errors.count),
): number[] {
  const { count } = errors;
  let best = prior;
  let least = errors.of(best);
  const weights = new Array<number>(count).fill(0);
  const search = (member: number, left: number) => {
    if (member === count - 1) {
      weights[member] = left / PARTS;
      const error = errors.of(weights);
      if (error < least) [least, best] = [error, [...weights]];
      return;
    }
    for (let parts = 0; parts <= left; parts++) {
      weights[member] = parts / PARTS;
      search(member + 1, left - parts);
    }
  };
  if (count > 1) search(0, PARTS);
  return best.map((weight, member) => trust * weight + (1 - trust) * prior[member]);
}
