import { DAYS_OF_52_WEEKS } from '../../calendar/weeks.js';
import type { Progress } from '../../long-call.js';
import { log } from '../../math/index.js';
import { medianOfSorted } from '../../order-statistics.js';
import type { Panel } from '../../panel/panel.js';

/** The range of steps of a panel that is learnt from. */
export interface Cut {
  readonly from: number;
  readonly steps: number;
}

/** Prices as log ratios to the usual price of each series. */
export interface PriceColumn {
  /** Series-major: log of the price over the usual one; 0 where no price is known. */
  readonly relative: Float32Array;
  /** Usual price of each series, the median of its last year of known prices; NaN without any. */
  readonly usual: Float64Array;
  /** Last known price of each series; NaN without any. */
  readonly last: Float64Array;
}

/** Prices of the history; a price holds until the next one is known. Undefined where no price ever changes. */
export function* priceColumn(
  price: Float32Array,
  panel: Panel,
  { from, steps }: Cut,
): Generator<Progress, PriceColumn | undefined, void> {
  const { seriesCount, days } = panel;
  const relative = new Float32Array(seriesCount * steps);
  const usual = new Float64Array(seriesCount).fill(Number.NaN);
  const last = new Float64Array(seriesCount).fill(Number.NaN);
  let changes = false;
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'read history', done: s, total: seriesCount };
    const own = price.subarray(s * days + from, (s + 1) * days);
    usual[s] = usualPrice(own);
    if (Number.isNaN(usual[s])) continue;
    let known = usual[s];
    for (let i = 0; i < steps; i++) {
      if (own[i] > 0) {
        if (own[i] !== known) changes = true;
        known = own[i];
        last[s] = known;
      }
      relative[s * steps + i] = log(known / usual[s]);
    }
  }
  return changes ? { relative, usual, last } : undefined;
}

/** Median of the last year of known prices, or of all; NaN without any. */
export function usualPrice(prices: Float32Array): number {
  const lastYear = medianPrice(prices.subarray(Math.max(0, prices.length - DAYS_OF_52_WEEKS)));
  return Number.isNaN(lastYear) ? medianPrice(prices) : lastYear;
}

/** Median of the positive values; NaN without any. */
function medianPrice(values: Float32Array): number {
  return medianOfSorted(values.filter((value) => value > 0).sort());
}
