import type { Progress } from '../long-call.js';
import { medianOfSorted } from '../order-statistics.js';
import type { FindingCollector } from './data-report.js';
import type { Panel } from './panel.js';
import { placeIn } from './repair-series.js';

/** Ratio to the usual price from which on a price may be in another unit. */
const FAR = 4;
/** The same where it tells the rate of the currency, which a cut by 80 % must not. */
const BEYOND_CUTS = 6;
/** Prices at the end whose median has the last unit. */
const LAST_PRICES = 5;
const CENTS = 100;
/** Largest ratio of a price in the right unit to the usual one where the unit changes. */
const NEAR = 1.5;
/** Weight of a price in the usual one, with which the price before is compared. */
const WEIGHT = 0.1;

/**
 * Converts prices to the last unit of money of each series, in place, where they changed between an amount and its cents, or
 * at the rate at which most series changed, as a currency does. Other prices far from those beside them are clearances.
 */
export function* unifyPrices(
  panel: Panel,
  price: Float32Array,
  findings: FindingCollector,
): Generator<Progress, void, void> {
  const { days, seriesCount } = panel;
  const factors = new Float64Array(seriesCount);
  let [priced, rate] = [0, Number.NaN];
  for (const measure of [true, false]) {
    const far = measure ? BEYOND_CUTS : FAR;
    for (let s = 0; s < seriesCount; s++) {
      if (s % 64 === 0) yield { phase: 'read prices', done: s, total: seriesCount };
      const own = price.subarray(s * days, (s + 1) * days);
      let usual = medianOfSorted(own.filter(isKnown).slice(-LAST_PRICES).sort());
      if (!(usual > 0)) continue;
      let factor = 1;
      for (let day = days - 1; day >= 0; day--) {
        const value = own[day];
        if (!isKnown(value)) continue;
        if (!near(value * factor, usual, far)) {
          const before = factor;
          const units = [1, CENTS, 1 / CENTS, rate, 1 / rate, measure ? usual / value : Number.NaN];
          factor = units.find((unit) => near(value * unit, usual, NEAR)) ?? factor;
          if (!measure && factor !== before && factor !== 1) {
            const message = `${value.toPrecision(6)}, now ${(value * factor).toPrecision(6)}`;
            findings.add('price-unit', () => ({ path: placeIn(panel, s * days + day), message }));
          }
        }
        const converted = value * factor;
        if (!measure) own[day] = converted;
        if (near(converted, usual, far)) usual += WEIGHT * (converted - usual);
      }
      if (measure) factors[priced++] = factor;
    }
    rate = medianOfSorted(factors.subarray(0, priced).sort());
  }
}

function isKnown(price: number): boolean {
  return price > 0;
}

/** Tells whether two prices are less than a ratio apart; not so if one is unknown. */
function near(a: number, b: number, ratio: number): boolean {
  return Math.max(a, b) < ratio * Math.min(a, b);
}
