/** Multiple of the median selling day above which a day counts as a giant order. */
const GIANT_FACTOR = 20;
/**
 * Days on each side that define what is ordinary at the time, so that a level shift is not taken for giant
 * orders.
 */
const REACH = 28;
const LEAST_VALUES = 28;
const LEAST_SALES = 5;

/** Number of giant days, so many days apart at least, from which they are large orders that come again. */
const RECURRING = 4;
const APART_DAYS = 7;

/** Receives a giant order: its index and the largest ordinary day of the series, to which it may be bounded. */
export type GiantOrderVisitor = (index: number, bound: number) => void;

/**
 * Finds the days on which a series sold more than twenty times the median of its selling days: of the whole
 * history, of the four weeks before and of the four weeks after. Such a day is probably one order, which says
 * little about the days to come; four or more of them, a week or more apart, are orders that come again and are left.
 *
 * The rule of the structural model (`models/structural/giant-orders.ts`) compares a day with the largest ones instead, holds for
 * returns too, and leaves the day out.
 *
 * @param values one series by day, NaN where missing
 * @param explained days that are never giant (promotions, events); may be absent
 */
export function findGiantOrders(
  values: Float64Array,
  explained: (index: number) => boolean,
  visit: GiantOrderVisitor,
): void {
  let largest = 0;
  let smallest = Number.POSITIVE_INFINITY;
  let observed = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    observed++;
    if (value > largest) largest = value;
    if (value > 0 && value < smallest) smallest = value;
  }
  // Nearly every series ends here, before anything is sorted.
  if (observed < LEAST_VALUES || largest <= GIANT_FACTOR * smallest) return;
  const ordinary = GIANT_FACTOR * medianSale(values);
  if (ordinary === 0) return;
  const giants: number[] = [];
  let bound = 0;
  for (let d = 0; d < values.length; d++) {
    if (values[d] > ordinary && !explained(d) && values[d] > GIANT_FACTOR * usualAround(values, d))
      giants.push(d);
    else if (values[d] > bound && values[d] <= ordinary) bound = values[d];
  }
  if (countApart(giants) >= RECURRING) return;
  for (const d of giants) visit(d, bound);
}

/** Number of days that are at least a week from those before and after them. */
function countApart(days: readonly number[]): number {
  return days.filter(
    (day, i) =>
      (i === 0 || day - days[i - 1] >= APART_DAYS) &&
      (i + 1 === days.length || days[i + 1] - day >= APART_DAYS),
  ).length;
}

/** Median of the days with sales in the weeks before a day or after it, whichever is larger. */
function usualAround(values: Float64Array, day: number): number {
  const before = medianSale(values.subarray(Math.max(0, day - REACH), day));
  return Math.max(before, medianSale(values.subarray(day + 1, day + 1 + REACH)));
}

/** Median of the positive values, the lower one of two; 0 if there are too few. */
function medianSale(values: Float64Array): number {
  const sales = values.filter((value) => value > 0).sort();
  return sales.length < LEAST_SALES ? 0 : sales[(sales.length - 1) >> 1];
}
