/**
 * Rows at which automatic changepoints are placed: evenly over the first `range` of the rows, without the first
 * row. Fewer than `count` if there are not enough rows.
 *
 * @param rows number of observed rows.
 * @param count changepoints wanted.
 * @param range share of the rows that may have one, between 0 and 1.
 */
export function changepointRows(rows: number, count: number, range: number): Int32Array {
  const eligible = Math.floor(rows * range);
  const placed = Math.max(0, count + 1 > eligible ? eligible - 1 : count);
  const result = new Int32Array(placed);
  for (let j = 1; j <= placed; j++) result[j - 1] = roundHalfEven((j * (eligible - 1)) / placed);
  return result;
}

/** Rounds as R and NumPy do, so that changepoints are on the same rows as Prophet's. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
