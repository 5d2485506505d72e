import { invalidOption } from '../../errors.js';
import { square } from '../../math/index.js';
import { normalCdf, normalDensity, normalQuantile } from '../../models/uncertainty/index.js';
import { checkProbability } from '../checks.js';
import { certainDemand, type DemandLaw } from './demand-law.js';
import { discreteDemand } from './discrete-demand.js';

export interface QuantileDemandOptions {
  /**
   * True if the quantiles are those of whole units, each spread over the unit around it as `forecastQuantiles` gives them: the
   * law is that of the counts then. Default false.
   */
  readonly counts?: boolean;
}

/** A stretch of the law on which it is normal: `units = at + slope * z`. */
interface Piece {
  readonly fromZ: number;
  readonly toZ: number;
  readonly at: number;
  readonly slope: number;
}

/** Largest count up to which a law of counts is tabulated; beyond it half a unit does not matter. */
const MOST_COUNTS = 250;
/** Normal score beyond which nothing is expected. */
const FAR = 6;

/**
 * The law with the given quantiles, such as those of a forecast: between two of them, and beyond the outermost, it is as a
 * normal law through both would be, cut at zero. The quantiles of a normal law give that law back.
 *
 * ```ts
 * import { demandFromQuantiles } from 'commerce-forecast/inventory';
 *
 * const demand = demandFromQuantiles([0.05, 0.25, 0.5, 0.75, 0.95], [3, 7, 11, 16, 25]);
 * console.log(demand.mean, demand.quantile(0.9), demand.shortfall(20));
 * ```
 *
 * @param probabilities two or more, rising, between 0 and 1
 * @param values units, one for each probability, not falling
 * @throws ForecastError `invalid-option` for probabilities or values that are not like this.
 */
export function demandFromQuantiles(
  probabilities: readonly number[],
  values: ArrayLike<number>,
  { counts = false }: QuantileDemandOptions = {},
): DemandLaw {
  checkQuantiles(probabilities, values);
  const smooth = new PiecewiseNormal(piecesOf(probabilities, values));
  if (!counts || smooth.quantile(normalCdf(FAR)) > MOST_COUNTS) return smooth;
  if (!(smooth.quantile(1 - 1e-9) > 0)) return certainDemand(0);
  const last = Math.ceil(smooth.quantile(normalCdf(FAR)));
  let before = 0;
  const weights = Float64Array.from({ length: last + 1 }, (_, n) => {
    const upTo = n === last ? 1 : smooth.cdf(n + 0.5);
    const weight = Math.max(0, upTo - before);
    before = upTo;
    return weight;
  });
  return discreteDemand(weights);
}

function checkQuantiles(probabilities: readonly number[], values: ArrayLike<number>): void {
  if (probabilities.length < 2 || probabilities.length !== values.length) {
    invalidOption('probabilities', 'Give at least two probabilities and a value for each');
  }
  probabilities.forEach((probability, i) => {
    checkProbability(`probabilities.${i}`, probability);
    if (i > 0 && !(probability > probabilities[i - 1])) {
      invalidOption(`probabilities.${i}`, 'Probabilities must rise');
    }
    if (!Number.isFinite(values[i]) || (i > 0 && values[i] < values[i - 1])) {
      invalidOption(`values.${i}`, 'Values must be numbers that do not fall');
    }
  });
}

function piecesOf(probabilities: readonly number[], values: ArrayLike<number>): Piece[] {
  const scores = probabilities.map(normalQuantile);
  const last = scores.length - 2;
  return scores.slice(1).map((toZ, i) => {
    const fromZ = scores[i];
    const slope = (values[i + 1] - values[i]) / (toZ - fromZ);
    return {
      fromZ: i === 0 ? Number.NEGATIVE_INFINITY : fromZ,
      toZ: i === last ? Number.POSITIVE_INFINITY : toZ,
      at: values[i] - slope * fromZ,
      slope,
    };
  });
}

class PiecewiseNormal implements DemandLaw {
  readonly counts = false;
  /** Computed when first asked for: many laws are asked for quantiles only. */
  private moments: { readonly mean: number; readonly sd: number } | undefined;

  constructor(private readonly pieces: readonly Piece[]) {}

  get mean(): number {
    return this.momentsOf().mean;
  }

  get sd(): number {
    return this.momentsOf().sd;
  }

  cdf(units: number): number {
    if (units < 0) return 0;
    let below = 0;
    for (const { fromZ, toZ, at, slope } of this.pieces) {
      const end = slope > 0 ? (units - at) / slope : at <= units ? Number.POSITIVE_INFINITY : fromZ;
      if (end < fromZ) break;
      below = normalCdf(Math.min(toZ, end));
      if (end < toZ) break;
    }
    return below;
  }

  quantile(probability: number): number {
    const z = normalQuantile(Math.min(1, Math.max(0, probability)));
    const piece = this.pieces.find(({ toZ }) => z <= toZ) ?? this.pieces[this.pieces.length - 1];
    return Math.max(0, piece.slope > 0 ? piece.at + piece.slope * z : piece.at);
  }

  shortfall(units: number): number {
    if (units < 0) return this.mean - units;
    let beyond = 0;
    for (const { fromZ, toZ, at, slope } of this.pieces) {
      const start = slope > 0 ? Math.max(fromZ, (units - at) / slope) : at > units ? fromZ : toZ;
      if (start >= toZ) continue;
      const share = normalCdf(-start) - normalCdf(-toZ);
      beyond += (at - units) * share + slope * (normalDensity(start) - normalDensity(toZ));
    }
    return Math.max(0, beyond);
  }

  private momentsOf() {
    if (this.moments) return this.moments;
    const mean = this.shortfall(0);
    let second = 0;
    for (const piece of this.pieces) second += squaresAbove(piece);
    this.moments = { mean, sd: Math.sqrt(Math.max(0, second - square(mean))) };
    return this.moments;
  }
}

/** Second moment of the part of a piece above zero. */
function squaresAbove({ fromZ, toZ, at, slope }: Piece): number {
  const start = slope > 0 ? Math.max(fromZ, -at / slope) : at > 0 ? fromZ : toZ;
  if (start >= toZ) return 0;
  const share = normalCdf(-start) - normalCdf(-toZ);
  const edge = (z: number) => (Number.isFinite(z) ? z * normalDensity(z) : 0);
  const first = normalDensity(start) - normalDensity(toZ);
  return at * at * share + 2 * at * slope * first + slope * slope * (share + edge(start) - edge(toZ));
}
