import { invalidOption } from '../errors.js';
import { numberAt } from '../present.js';
import { checkAmount } from './checks.js';

export type AbcClass = 'A' | 'B' | 'C';
export type XyzClass = 'X' | 'Y' | 'Z';

export interface AbcOptions {
  /** Share of all value that the products of class A have. Default 0.8. */
  readonly a?: number;
  /** Share that A and B have. Default 0.95. */
  readonly b?: number;
}

/**
 * Classes of products by value: the largest that make up the share `a` are A, the next up to `b` are B. A product without
 * value is C.
 *
 * ```ts
 * import { abcClasses } from 'commerce-forecast/inventory';
 *
 * abcClasses([700, 200, 60, 40]); // ['A', 'A', 'B', 'C']
 * ```
 *
 * Source: H. F. Dickie, "ABC inventory analysis shoots for dollars, not pennies", Factory Management and Maintenance 109
 * (1951).
 *
 * @param values such as the expected revenue of a year, of zero or more
 * @throws ForecastError `invalid-option` for a value below zero, or shares that are not in order.
 */
export function abcClasses(values: ArrayLike<number>, { a = 0.8, b = 0.95 }: AbcOptions = {}): AbcClass[] {
  if (!(a > 0 && a <= b && b <= 1)) invalidOption('a', 'Shares must be in order: 0 < a <= b <= 1');
  const all = Array.from(values);
  all.forEach((value, i) => {
    checkAmount(`values.${i}`, value);
  });
  const total = all.reduce((sum, value) => sum + value, 0);
  const classes: AbcClass[] = all.map(() => 'C');
  const order = Array.from(all.keys()).sort((i, j) => numberAt(all, j) - numberAt(all, i) || i - j);
  let before = 0;
  for (const i of order) {
    if (!(numberAt(all, i) > 0)) break;
    const share = before / total;
    classes[i] = share < a ? 'A' : share < b ? 'B' : 'C';
    before += numberAt(all, i);
  }
  return classes;
}

export interface XyzOptions {
  /** Largest coefficient of variation of class X. Default 0.5. */
  readonly x?: number;
  /** Largest of class Y. Default 1. */
  readonly y?: number;
}

/**
 * Class of a product by how well its demand can be foretold: the standard deviation over the mean. A product without demand
 * is Z.
 *
 * @throws ForecastError `invalid-option` for bounds that are not in order.
 */
export function xyzClass(mean: number, sd: number, { x = 0.5, y = 1 }: XyzOptions = {}): XyzClass {
  if (!(x > 0 && x <= y)) invalidOption('x', 'Bounds must be in order: 0 < x <= y');
  const variation = sd / mean;
  if (!(mean > 0)) return 'Z';
  return variation <= x ? 'X' : variation <= y ? 'Y' : 'Z';
}
