import { DAYS_OF_52_WEEKS, WEEK_DAYS } from '../../../calendar/weeks.js';
import type { Progress } from '../../../long-call.js';
import { exp, log, square } from '../../../math/index.js';
import type { Panel } from '../../../panel/panel.js';
import { meanSize, observedCount } from '../../mean-size.js';
import { CLASS_COUNT, classOf, zeroShare } from '../../sales-classes.js';

/** Series between two reports of progress. */
const SERIES_PER_STEP = 64;
/** Weight of the trials of a whole kind of series, in weeks of the series itself. */
const KIND_STRENGTH = 16;
/** Power of the ratio of squared errors in the weights. */
const SHARPNESS = 4;
/** Series of a kind, each with a year of history, at which evidence reaches one half. */
const EVIDENCE_SERIES = 10;
/** Days of history from which a series has its full weight in its kind; with fewer, in proportion. */
const FULL_WEIGHT_DAYS = DAYS_OF_52_WEEKS;
/** Share of the usual loss of a kind that is added to every loss, so that no single lucky week decides. */
const FLOOR = 0.25;

/**
 * Squared errors of the members on past holdouts: of weekly sums, relative to the level of each series. The
 * others are compared with the first member.
 */
export class MemberLosses {
  readonly seriesCount: number;
  /** Kind of each series: its class by how rarely it sells. */
  readonly kindOf: Uint8Array;
  /** Weight of each series in its kind, from 0 to 1, and the sum of the weights of each kind. */
  private readonly weightOf: Float64Array;
  private readonly kindWeights = new Array<number>(CLASS_COUNT).fill(0);
  /** Mean size of a step of each series. */
  private readonly sizeOf: Float64Array;
  /** Series-major: squared errors, of the trials in which the member took part. */
  private readonly squares: Float64Array;
  /** The same for the first member, in the same trials. */
  private readonly references: Float64Array;
  private readonly weeks: Float64Array;

  private constructor(
    private readonly panel: Panel,
    readonly members: number,
    private readonly week: number,
  ) {
    this.seriesCount = panel.seriesCount;
    this.squares = new Float64Array(panel.seriesCount * members);
    this.references = new Float64Array(panel.seriesCount * members);
    this.weeks = new Float64Array(panel.seriesCount * members);
    this.kindOf = new Uint8Array(panel.seriesCount);
    this.sizeOf = new Float64Array(panel.seriesCount);
    this.weightOf = new Float64Array(panel.seriesCount);
  }

  /** Losses of none yet; reads the kind and the size of every series. @param week steps of a week */
  static *of(panel: Panel, members: number, week: number): Generator<Progress, MemberLosses, void> {
    const losses = new MemberLosses(panel, members, week);
    const { kindOf, sizeOf, weightOf, kindWeights, seriesCount } = losses;
    const full = (FULL_WEIGHT_DAYS / WEEK_DAYS) * week;
    for (let s = 0; s < seriesCount; s++) {
      if (s % SERIES_PER_STEP === 0) yield { phase: 'compare members', done: s, total: seriesCount };
      const units = unitsOf(panel, s, panel.days);
      kindOf[s] = classOf(zeroShare(units));
      sizeOf[s] = meanSize(units);
      weightOf[s] = sizeOf[s] > 0 ? Math.min(1, observedCount(units) / full) : 0;
      kindWeights[kindOf[s]] += weightOf[s];
    }
    return losses;
  }

  /** @param means of the steps from `end` on, series-major; undefined for a member that was not tried */
  *add(
    end: number,
    horizon: number,
    means: readonly (Float64Array | undefined)[],
  ): Generator<Progress, void, void> {
    const { panel, members, week, seriesCount } = this;
    for (let s = 0; s < seriesCount; s++) {
      if (s % SERIES_PER_STEP === 0) yield { phase: 'compare members', done: s, total: seriesCount };
      if (unitsOf(panel, s, end).every((value) => !(value > 0))) continue;
      for (let from = 0; from + week <= horizon; from += week) {
        let reference = Number.NaN;
        for (let m = 0; m < members; m++) {
          const mean = means[m];
          if (!mean) continue;
          const loss =
            squareOf(panel, s, end, from, week, mean.subarray(s * horizon)) / square(this.sizeOf[s]);
          if (Number.isNaN(loss)) continue;
          if (m === 0) reference = loss;
          const at = s * members + m;
          this.squares[at] += loss;
          this.references[at] += reference;
          this.weeks[at]++;
        }
      }
    }
  }

  /** Computes the evidence from series of the same kind, from 0 for none to nearly 1 for hundreds of them. */
  evidence(series: number): number {
    const alike = this.kindWeights[this.kindOf[series]];
    return alike / (alike + EVIDENCE_SERIES);
  }

  /** Log of the squared error of a member over that of the first one, for each series: 0 where neither is better. */
  logRatios(member: number): Float64Array {
    const { seriesCount, members, kindOf, weightOf, squares, references, weeks } = this;
    const sums = Array.from({ length: CLASS_COUNT }, () => ({ square: 0, reference: 0, weeks: 0 }));
    for (let s = 0; s < seriesCount; s++) {
      const sum = sums[kindOf[s]];
      const at = s * members + member;
      sum.square += weightOf[s] * squares[at];
      sum.reference += weightOf[s] * references[at];
      sum.weeks += weightOf[s] * weeks[at];
    }
    return Float64Array.from({ length: seriesCount }, (_, s) => {
      const sum = sums[kindOf[s]];
      if (!(sum.reference > 0) || !(sum.square > 0)) return 0;
      const at = s * members + member;
      const floor = (FLOOR * sum.reference * Math.max(1, weeks[at])) / sum.weeks;
      const own = log((squares[at] + floor) / (references[at] + floor));
      const share = weeks[at] / (weeks[at] + KIND_STRENGTH);
      // Excludes the series itself, which must not count twice.
      const others = {
        square: sum.square - weightOf[s] * squares[at],
        reference: sum.reference - weightOf[s] * references[at],
        weeks: sum.weeks - weightOf[s] * weeks[at],
      };
      return share * own + (1 - share) * ratioOf(others);
    });
  }
}

interface KindLosses {
  readonly square: number;
  readonly reference: number;
  readonly weeks: number;
}

/** Log of the ratio of the losses, shrunk to 0 for few weeks. */
function ratioOf({ square, reference, weeks }: KindLosses): number {
  if (!(square > 0) || !(reference > 0)) return 0;
  return log(square / reference) * (weeks / (weeks + KIND_STRENGTH));
}

/**
 * Weights of the members for each series, series-major, adding up to one: the prior weights, times a power of
 * the ratio of the first member's errors to those of each member.
 *
 * @param priorOf weights of the members before any trial
 */
export function* memberWeights(
  losses: MemberLosses,
  priorOf: (series: number) => readonly number[],
): Generator<Progress, Float64Array, void> {
  const { seriesCount, members } = losses;
  const weights = new Float64Array(seriesCount * members);
  const priors = Array.from({ length: seriesCount }, (_, s) => priorOf(s));
  for (let m = 0; m < members; m++) {
    const ratios = losses.logRatios(m);
    yield { phase: 'weigh members', done: m, total: members };
    for (let s = 0; s < seriesCount; s++) {
      weights[s * members + m] = priors[s][m] * exp(-SHARPNESS * ratios[s]);
    }
  }
  for (let s = 0; s < seriesCount; s++) {
    const own = weights.subarray(s * members, (s + 1) * members);
    const sum = own.reduce((total, weight) => total + weight, 0);
    for (let m = 0; m < members; m++) own[m] /= sum;
  }
  return weights;
}

/** Squared error of the sum of a week over its days; NaN unless every day was observed. */
function squareOf(
  { units, days }: Panel,
  series: number,
  end: number,
  from: number,
  week: number,
  mean: Float64Array,
): number {
  let error = 0;
  for (let h = from; h < from + week; h++) error += mean[h] - units[series * days + end + h];
  return (error * error) / week;
}

/** Sales of a series before `end`. */
function unitsOf({ units, days }: Panel, series: number, end: number): Float64Array {
  return units.subarray(series * days, series * days + end);
}
