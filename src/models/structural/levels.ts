import { log, pow } from '../../math/index.js';
import { selectRank } from '../../math/select-rank.js';
import { type Scratch, sumUp } from './centred-mean.js';

/**
 * Exponentially smoothed level before each step and after the last one: `out` has one value more than `values`.
 * While fewer steps than the memory were seen, the level is their mean; NaN before the first.
 *
 * @param factors by which the values were divided, and count while they are few: the factors of a short history are uncertain
 */
export function smoothedLevels(
  values: Float64Array,
  weight: number,
  out: Float64Array,
  factors?: Float64Array,
): void {
  let level = Number.NaN;
  let total = 0;
  let share = 1;
  out[0] = level;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (!Number.isNaN(value)) {
      // Without the division where it no longer matters.
      if (total * weight < 1) {
        const size = factors?.[i] ?? 1;
        total += size;
        share = total * weight < 1 ? size / total : weight;
      }
      level = Number.isNaN(level) ? value : level + share * (value - level);
    }
    out[i + 1] = level;
  }
}

/** Spans in days whose mean is compared with the level before them. */
const SPANS = [14, 21, 28, 42, 56];
/** Multiple of the usual squared difference that a span must exceed before it moves the level. */
const STRICTNESS = 4;
const SAMPLE_DAYS = 7;
const FEWEST_SAMPLES = 8;
/** Median of a squared standard normal value. */
const MEDIAN_OF_SQUARE = 0.4549;

/**
 * Deviance of a Poisson sum over its squared deviation, both relative to the expected sum: a few sales more than the one that
 * was expected are far less unusual than their distance in standard deviations.
 *
 * @param ratio of the sum to the expected one
 */
function skewness(ratio: number): number {
  const distance = ratio - 1;
  if (!(Math.abs(distance) > 1e-3) || ratio === Number.POSITIVE_INFINITY) return 1;
  return (2 * ((ratio > 0 ? ratio * log(ratio) : 0) - distance)) / (distance * distance);
}

/**
 * Detects level shifts of one series: compares the last span with the usual distance of spans from the level
 * before them.
 */
export class ShiftDetector {
  readonly #sums: Float64Array;
  readonly #counts: Float64Array;
  readonly #usual: readonly number[];
  readonly #spans: readonly number[];

  /**
   * @param levels of {@link smoothedLevels} for the same values
   * @param variance of one value around the level
   * @param scratch of `scratchFor` as many values, which the detector keeps
   * @param factors of the values, as for the levels
   */
  constructor(
    values: Float64Array,
    private readonly levels: Float64Array,
    private readonly weight: number,
    variance: number,
    stepDays: number,
    scratch: Scratch,
    factors?: Float64Array,
  ) {
    const n = values.length;
    sumUp(values, scratch, factors);
    this.#sums = scratch.sums;
    this.#counts = scratch.counts;
    this.#spans = SPANS.map((days) => Math.max(2, Math.round(days / stepDays)));
    const every = Math.max(1, Math.round(SAMPLE_DAYS / stepDays));
    const squares = new Float64Array(Math.ceil(n / every));
    this.#usual = this.#spans.map((span) => this.#usualSquare(span, every, variance, squares));
  }

  /**
   * Level before step `end`, moved towards the mean of the last span as far as the difference exceeds chance.
   */
  levelAt(end: number): number {
    let level = this.levels[end];
    let strongest = STRICTNESS;
    this.#spans.forEach((span, k) => {
      if (end < 2 * span || !(this.#usual[k] > 0)) return;
      const difference = this.#difference(end, span);
      const before = this.levels[end - span];
      const strength = (skewness(1 + difference / before) * (difference * difference)) / this.#usual[k];
      if (!(strength > strongest)) return;
      strongest = strength;
      const share = 1 - STRICTNESS / strength;
      if (share > this.#smoothedShare(end - span, end)) level = before + share * difference;
    });
    return Math.max(0, level);
  }

  /** Share that the steps of a span have in the smoothed level after it; large in a young series, whose level is a mean. */
  #smoothedShare(from: number, to: number): number {
    const [before, all] = [this.#counts[from], this.#counts[to]];
    const averaged = Math.min(all, Math.floor(1 / this.weight));
    const kept = before < averaged ? before / averaged : 1;
    return 1 - kept * pow(1 - this.weight, all - Math.max(before, averaged));
  }

  /** Squared difference of a span that chance explains. @param scratch room for a difference every `every` steps */
  #usualSquare(span: number, every: number, variance: number, scratch: Float64Array): number {
    let count = 0;
    for (let end = 2 * span; end < this.#sums.length; end += every) {
      const difference = this.#difference(end, span);
      if (!Number.isNaN(difference)) scratch[count++] = difference * difference;
    }
    const byNoise = variance * (1 / span + this.weight / 2);
    if (count < FEWEST_SAMPLES) return 2 * byNoise;
    return Math.max(byNoise, selectRank(scratch, count, count >> 1) / MEDIAN_OF_SQUARE);
  }

  /** Mean of the span before `end` less the level before it; NaN where half of it is missing. */
  #difference(end: number, span: number): number {
    const count = this.#counts[end] - this.#counts[end - span];
    if (count < span / 2) return Number.NaN;
    return (this.#sums[end] - this.#sums[end - span]) / count - this.levels[end - span];
  }
}
