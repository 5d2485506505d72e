/** Central levels whose coverage is measured. */
export const LEVELS = [0.5, 0.8, 0.95] as const;

/** Probabilities of the quantiles that the scores are computed from. */
export const PROBABILITIES: readonly number[] = [
  0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
  0.95, 0.975,
];

/** Sums of the scores of many forecast distributions. */
export class Scores {
  count = 0;
  private readonly covered = LEVELS.map(() => 0);
  private readonly fair = LEVELS.map(() => 0);
  private readonly interval = LEVELS.map(() => 0);
  private crps = 0;
  private size = 0;
  /** Quantiles that are smaller than one of a lower probability. */
  crossings = 0;
  /** Intervals without width of something that has sold. */
  zeroWidths = 0;

  /** @param quantiles one for each of the probabilities */
  add(actual: number, quantiles: ArrayLike<number>, sold: boolean): void {
    if (Number.isNaN(actual)) return;
    this.count++;
    this.size += actual;
    const last = PROBABILITIES.length - 1;
    for (let p = 1; p <= last; p++) if (quantiles[p] < quantiles[p - 1]) this.crossings++;
    if (sold && !(quantiles[last] > quantiles[0])) this.zeroWidths++;
    LEVELS.forEach((level, l) => {
      const tail = (1 - level) / 2;
      const [lower, upper] = [valueAt(quantiles, tail), valueAt(quantiles, 1 - tail)];
      if (actual >= lower && actual <= upper) this.covered[l]++;
      this.fair[l] += sharedMass(quantiles, actual, tail);
      this.interval[l] += upper - lower + (Math.max(0, lower - actual) + Math.max(0, actual - upper)) / tail;
    });
    for (let p = 0; p <= last; p++) {
      const width = ((PROBABILITIES[p + 1] ?? 1) - (PROBABILITIES[p - 1] ?? 0)) / 2;
      const error = actual - quantiles[p];
      this.crps += 2 * width * Math.max(PROBABILITIES[p] * error, (PROBABILITIES[p] - 1) * error);
    }
  }

  /** Coverage, interval scores and CRPS, the scores relative to the mean of the actual values. */
  metrics(name: string): Record<string, number> {
    const { count, size } = this;
    const out: Record<string, number> = {};
    LEVELS.forEach((level, l) => {
      const percent = Math.round(100 * level);
      out[`${name} coverage${percent}`] = this.fair[l] / count;
      out[`${name} raw_coverage${percent}`] = this.covered[l] / count;
      out[`${name} interval_score${percent}`] = this.interval[l] / size;
    });
    out[`${name} crps`] = this.crps / size;
    out[`${name} crossings`] = this.crossings;
    out[`${name} zero_widths`] = this.zeroWidths;
    return out;
  }
}

function valueAt(quantiles: ArrayLike<number>, probability: number): number {
  return quantiles[PROBABILITIES.findIndex((p) => Math.abs(p - probability) < 1e-9)];
}

/**
 * Share of the probability of a whole number that lies between the tails: coverage by the probability integral
 * transform, which is fair to counts. A day on which nothing is the likeliest outcome cannot be covered in 80 %
 * of cases otherwise. (Czado, Gneiting and Held, Biometrics 65, 2009.)
 */
function sharedMass(quantiles: ArrayLike<number>, actual: number, tail: number): number {
  if (actual % 1 !== 0) {
    const at = probabilityOf(quantiles, actual);
    return at >= tail && at <= 1 - tail ? 1 : 0;
  }
  const from = actual === 0 ? 0 : probabilityOf(quantiles, actual - 0.5);
  const to = probabilityOf(quantiles, actual + 0.5);
  if (!(to > from)) return from >= tail && from <= 1 - tail ? 1 : 0;
  return Math.max(0, Math.min(to, 1 - tail) - Math.max(from, tail)) / (to - from);
}

/** Probability up to a value, linear between the quantiles; the tails are straight too. */
function probabilityOf(quantiles: ArrayLike<number>, value: number): number {
  const last = PROBABILITIES.length - 1;
  if (value <= quantiles[0])
    return quantiles[0] > 0 ? (PROBABILITIES[0] * Math.max(0, value)) / quantiles[0] : 0;
  for (let p = 1; p <= last; p++) {
    if (value > quantiles[p]) continue;
    const width = quantiles[p] - quantiles[p - 1];
    const share = width > 0 ? (value - quantiles[p - 1]) / width : 1;
    return PROBABILITIES[p - 1] + share * (PROBABILITIES[p] - PROBABILITIES[p - 1]);
  }
  const beyond = (value - quantiles[last]) / Math.max(1e-9, quantiles[last] - quantiles[last - 1]);
  return 1 - (1 - PROBABILITIES[last]) * Math.exp(-beyond);
}
