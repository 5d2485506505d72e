import { numberAt } from '../../present.js';

/**
 * The tests whose null hypothesis is rejected so that at most the given share of the rejections is wrong on average: those with the
 * smallest p-values, up to the largest one of rank `k` that is at most `k * rate / tests`.
 *
 * Source: Benjamini and Hochberg, "Controlling the false discovery rate", Journal of the Royal Statistical Society B 57 (1995).
 *
 * @param tests number of all tests; those that are not in `pValues` have p-values of 1
 * @returns indices into `pValues`
 */
export function discoveries(pValues: readonly number[], tests: number, rate: number): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => numberAt(pValues, a) - numberAt(pValues, b));
  let found = 0;
  order.forEach((test, k) => {
    if (numberAt(pValues, test) <= ((k + 1) * rate) / tests) found = k + 1;
  });
  return order.slice(0, found);
}
