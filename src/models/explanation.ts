import type { StepRange } from '../calendar/period.js';
import type { LongCallOptions } from '../long-call.js';
import type { KnownFuture } from './covariates.js';

/**
 * Parts that a forecast is explained by:
 *
 * - `level`: what a usual day sells; `trend`: growth since then; `weekday`, `season`;
 * - `event:NAME`: the days of an event and around it; `events`: how near any of them is;
 * - `promotion`: on promoted days, before and after them; `price`;
 * - `orders`: large orders that come again;
 * - `recent`: what boosted trees read from recent sales;
 * - `category`: scaling towards the forecast of the category;
 * - `closed`: days on which nothing is sold;
 * - `rest`: everything else, such as values that are cut off at zero.
 */
export type ContributionPart =
  | 'level'
  | 'trend'
  | 'weekday'
  | 'season'
  | 'events'
  | `event:${string}`
  | 'promotion'
  | 'price'
  | 'orders'
  | 'recent'
  | 'category'
  | 'closed'
  | 'rest';

/** Request for the contributions to a sum of forecasts. */
export interface ContributionOptions extends LongCallOptions {
  /** Indices of the series that are summed. */
  readonly series: ArrayLike<number>;
  /** Factor of each of them, in the same order. Default 1. */
  readonly weights?: ArrayLike<number>;
  /** Steps after the cutoff that are summed. */
  readonly range: StepRange;
  /** Replaces the known future of the fit's covariates. */
  readonly future?: KnownFuture;
}

/** Units of each part; they add up to the forecast. */
export type Contributions = ReadonlyMap<ContributionPart, number>;

/** Weights of the members of an ensemble. */
export interface MemberWeights {
  readonly names: readonly string[];
  /** Series-major, one for each name. */
  readonly weights: Float64Array;
}

/** Sums up contributions. */
export class ContributionSums {
  readonly parts = new Map<ContributionPart, number>();

  add(part: ContributionPart, units: number): void {
    if (units !== 0) this.parts.set(part, (this.parts.get(part) ?? 0) + units);
  }

  addAll(contributions: Contributions, weight = 1): void {
    for (const [part, units] of contributions) this.add(part, weight * units);
  }

  get total(): number {
    let sum = 0;
    for (const units of this.parts.values()) sum += units;
    return sum;
  }
}
