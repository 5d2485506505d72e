import type { LongCallOptions } from '../../long-call.js';
import type { FittedModel, StepRange } from '../../models/contract.js';
import { salesForecasts } from '../../models/sales-forecasts.js';
import type { Plan } from '../../plan/index.js';
import { futureOfPlans } from '../../plan/plan-columns.js';
import { numberAt } from '../../present.js';
import type { ForecastSnapshot } from '../snapshot.js';
import { plannedPanel } from '../trained-model.js';

/** Prices of the days after the cutoff: those of the plan, else the last known ones. */
export class KnownPrices {
  readonly #last: Float32Array | undefined;
  readonly #planned: Float32Array | undefined;
  readonly #days: number;
  /** True if no price of any product is known on any day. */
  readonly isEmpty: boolean;

  /** @param days days after the cutoff */
  constructor(snapshot: ForecastSnapshot, plans: readonly Plan[], days: number) {
    this.#last = snapshot.lastPrice;
    this.#planned = futureOfPlans(plannedPanel(snapshot), plans, days)?.price;
    this.#days = days;
    this.isEmpty = !this.#planned && !this.#last?.some((price) => price > 0);
  }

  /** Price of a series on a step; NaN where none is known. */
  at(series: number, step: number): number {
    const planned = numberAt(this.#planned ?? [], series * this.#days + step);
    const price = planned > 0 ? planned : numberAt(this.#last ?? [], series);
    return price > 0 ? price : Number.NaN;
  }

  /** Tells whether the price of a series is known on every step of a range. */
  covers(series: number, { from, to }: StepRange): boolean {
    if (numberAt(this.#last ?? [], series) > 0) return true;
    for (let step = from; step < to; step++) if (Number.isNaN(this.at(series, step))) return false;
    return true;
  }

  /** Tells whether the price of a series is the same on every step of a range. */
  isConstant(series: number, { from, to }: StepRange): boolean {
    const price = this.at(series, from);
    for (let step = from + 1; this.#planned && step < to; step++) {
      if (!Object.is(this.at(series, step), price)) return false;
    }
    return true;
  }
}

/** Expected revenue of each series over ranges of days, series-major; NaN where no price is known. */
export async function expectedRevenue(
  fitted: FittedModel,
  prices: KnownPrices,
  ranges: readonly StepRange[],
  { signal }: LongCallOptions,
): Promise<Float64Array> {
  const horizon = Math.max(...ranges.map(({ to }) => to));
  const { mean } = await salesForecasts(fitted).forecast({ horizon, signal });
  const revenue = new Float64Array(fitted.seriesCount * ranges.length);
  for (let s = 0; s < fitted.seriesCount; s++) {
    ranges.forEach(({ from, to }, r) => {
      let sum = 0;
      for (let step = from; step < to; step++) sum += numberAt(mean, s * horizon + step) * prices.at(s, step);
      revenue[s * ranges.length + r] = sum;
    });
  }
  return revenue;
}
