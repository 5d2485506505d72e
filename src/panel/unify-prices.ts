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
  const pricesOf = (s: number) => price.subarray(s * days, (s + 1) * days);
  const factors: number[] = [];
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'read prices', done: s, total: seriesCount };
    const first = convertBack(pricesOf(s), BEYOND_CUTS, (ratio) => [ratio]);
    if (first !== undefined) factors.push(first);
  }
  const rate = medianOfSorted(Float64Array.from(factors).sort());
  for (let s = 0; s < seriesCount; s++) {
    if (s % 64 === 0) yield { phase: 'convert prices', done: s, total: seriesCount };
    const own = pricesOf(s);
    convertBack(
      own,
      FAR,
      () => [rate, 1 / rate],
      (day, factor, isNew) => {
        const value = own[day];
        own[day] = value * factor;
        if (!isNew || factor === 1) return;
        const message = `${value.toPrecision(6)}, now ${own[day].toPrecision(6)}`;
        findings.add('price-unit', () => ({ path: placeIn(panel, s * days + day), message }));
      },
    );
  }
}

/**
 * Follows the prices of a series from the last one back, with the factor that converts each to the last unit of money.
 *
 * @param far - Ratio to the usual price from which on another unit is looked for.
 * @param ratesOf - Rates that units may have changed at besides cents, for the ratio of the usual price to one that is far.
 * @returns the factor of the first price; undefined without prices.
 */
function convertBack(
  prices: Float32Array,
  far: number,
  ratesOf: (ratio: number) => readonly number[],
  visit?: (day: number, factor: number, isNew: boolean) => void,
): number | undefined {
  let usual = medianOfSorted(prices.filter(isKnown).slice(-LAST_PRICES).sort());
  if (!(usual > 0)) return undefined;
  let factor = 1;
  for (let day = prices.length - 1; day >= 0; day--) {
    const value = prices[day];
    if (!isKnown(value)) continue;
    const before = factor;
    if (!near(value * factor, usual, far)) {
      const units = [1, CENTS, 1 / CENTS, ...ratesOf(usual / value)];
      factor = units.find((unit) => near(value * unit, usual, NEAR)) ?? factor;
    }
    const converted = value * factor;
    visit?.(day, factor, factor !== before);
    if (near(converted, usual, far)) usual += WEIGHT * (converted - usual);
  }
  return factor;
}

function isKnown(price: number): boolean {
  return price > 0;
}

/** Tells whether two prices are less than a ratio apart; not so if one is unknown. */
function near(a: number, b: number, ratio: number): boolean {
  return Math.max(a, b) < ratio * Math.min(a, b);
}
