import { adaptiveEnsemble } from '../../src/models/combine/index.js';
import type { Panel } from '../../src/panel/panel.js';
import { generatePanel } from '../../src/testing/index.js';

/** Time and memory of a fit. */
export interface FitCost {
  readonly shop: string;
  readonly seconds: number;
  /** Against a shop without columns. */
  readonly times: number;
  readonly peakMegabytes: number;
}

const ROUNDS = 2;

/**
 * Costs of fits of the default model on the sales of one generated shop: without columns, with columns that say nothing (no
 * promotion, one price), with promotions and prices, and with a plan for the months to come besides.
 */
export async function costOfPlans(products = 100, days = 730): Promise<FitCost[]> {
  const full = generatePanel({ seed: 5, products, days, elasticity: -2, postPromotionDip: 0.2 });
  const { price, promo, revenue: _, ...sales } = full;
  const constant = full.units.length;
  const shops: [string, Panel, boolean][] = [
    ['sales only', sales, false],
    [
      'no plan: one price, no promotion',
      { ...sales, price: new Float32Array(constant).fill(5), promo: new Uint8Array(constant) },
      false,
    ],
    ['promotions', { ...sales, promo }, false],
    ['promotions and prices', { ...sales, price, promo }, false],
    ['the same, planned ahead', { ...sales, price, promo }, true],
  ];
  const model = adaptiveEnsemble();
  const found: FitCost[] = [];
  for (const [shop, panel, planned] of shops) {
    const future = planned ? { future: plannedMonths(panel) } : {};
    const seconds: number[] = [];
    let peak = 0;
    for (let round = 0; round < ROUNDS; round++) {
      global.gc?.();
      const timer = setInterval(() => {
        peak = Math.max(peak, process.memoryUsage().rss);
      }, 20);
      const before = process.cpuUsage();
      const fitted = await model.fit(panel, { covariates: future });
      await fitted.totals({ ranges: [{ from: 0, to: 28 }], levels: [0.8] });
      const { user, system } = process.cpuUsage(before);
      clearInterval(timer);
      peak = Math.max(peak, process.memoryUsage().rss);
      seconds.push((user + system) / 1e6);
    }
    const least = Math.min(...seconds);
    found.push({
      shop,
      seconds: Number(least.toFixed(2)),
      times: Number((least / (found[0]?.seconds ?? least)).toFixed(2)),
      peakMegabytes: Math.round(peak / 2 ** 20),
    });
  }
  return found;
}

/** A promotion of a week in every fourth week, at four fifths of the price, for all products. */
function plannedMonths({ seriesCount, startDay, days, price }: Panel) {
  const ahead = 364;
  const on = (at: number) => Math.floor((at % ahead) / 7) % 4 === 0;
  return {
    startDay: startDay + days,
    days: ahead,
    promo: Uint8Array.from({ length: seriesCount * ahead }, (_, at) => (on(at) ? 1 : 0)),
    price: Float32Array.from({ length: seriesCount * ahead }, (_, at) =>
      on(at) && price ? 0.8 * price[Math.floor(at / ahead) * days + days - 1] : 0,
    ),
  };
}
