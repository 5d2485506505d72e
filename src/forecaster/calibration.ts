/** Factors by which interval half-widths are stretched so that they cover what they claim. */
export interface IntervalCalibration {
  /** For the days of a product. */
  readonly productDays: number;
  /** For sums over days of a product. */
  readonly productTotals: number;
  /** For days and sums of categories. */
  readonly categories: number;
}

export const NO_CALIBRATION: IntervalCalibration = { productDays: 1, productTotals: 1, categories: 1 };

/** With fewer scores than this the quantile is too uncertain and the intervals stay as they are. */
const MIN_SCORES = 20;

/** The factor stays within these bounds, so that a few odd days cannot make intervals useless. */
const MIN_FACTOR = 0.5;
const MAX_FACTOR = 4;

/**
 * The factor that a set of intervals has to be stretched by to cover a share `level` of the actuals: the
 * `ceil((n + 1) * level)`-th smallest of the scores `|actual - mean| / half-width` on days that the model had not
 * seen (normalised split conformal prediction: Lei et al., "Distribution-free predictive inference for
 * regression", JASA 113, 2018). 1 with fewer than 20 scores. Missing actuals are left out.
 *
 * @param upper upper bounds not clipped at zero, so that `upper - mean` is the half-width
 */
export function conformalFactor(
  actual: ArrayLike<number>,
  mean: ArrayLike<number>,
  upper: ArrayLike<number>,
  level: number,
): number {
  const scores: number[] = [];
  for (let i = 0; i < actual.length; i++) {
    const halfWidth = upper[i] - mean[i];
    if (Number.isNaN(actual[i]) || !(halfWidth > 0)) continue;
    scores.push(Math.abs(actual[i] - mean[i]) / halfWidth);
  }
  if (scores.length < MIN_SCORES) return 1;
  scores.sort((a, b) => a - b);
  const rank = Math.min(scores.length, Math.ceil((scores.length + 1) * level));
  return Math.min(MAX_FACTOR, Math.max(MIN_FACTOR, scores[rank - 1]));
}
