/** A law of the demand over some days, in units: what all decisions about stock are made from. */
export interface DemandLaw {
  readonly mean: number;
  /** Standard deviation. */
  readonly sd: number;
  /** True if demand comes in whole units, so that quantiles are whole. */
  readonly counts: boolean;
  /** Probability that the demand is at most `units`. */
  cdf(units: number): number;
  /** Smallest number of units that the demand stays within with at least this probability, between 0 and 1. */
  quantile(probability: number): number;
  /** Expected demand beyond `units`: the loss function `E[(D - units)+]`, in units. */
  shortfall(units: number): number;
}

/** Expected part of `units` that the demand does not reach: `E[(units - D)+]`. */
export function expectedOverstock(demand: DemandLaw, units: number): number {
  return Math.max(0, units - demand.mean + demand.shortfall(units));
}

/** A demand that is known. */
export function certainDemand(units: number): DemandLaw {
  return {
    mean: units,
    sd: 0,
    counts: Number.isInteger(units),
    cdf: (x) => (x >= units ? 1 : 0),
    quantile: () => units,
    shortfall: (x) => Math.max(0, units - x),
  };
}
