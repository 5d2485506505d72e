import { describe, expect, it } from 'vitest';
import { dayOfWeek, formatDay, parseDay } from '../../src/calendar/day.js';
import { ForecastError } from '../../src/errors.js';
import { buildPanel } from '../../src/panel/build-panel.js';
import { generatePanel, generateSales } from '../../src/testing/index.js';

const sales = generateSales();
const { records, truth } = sales;
const panel = generatePanel();

describe('generateSales', () => {
  it('makes about 60 products in 6 categories over three years by default', () => {
    expect(truth.productIds).toHaveLength(60);
    expect(new Set(records.map((record) => record.category)).size).toBe(6);
    expect(records[0].date).toBe('2022-01-01');
    expect(records.at(-1)?.date).toBe('2024-12-31');
    expect(truth.mean).toHaveLength(60 * 1096);
    expect(records.every((record, i) => i === 0 || record.date >= records[i - 1].date)).toBe(true);
  });

  it('repeats for the same seed and differs for another', () => {
    const options = { products: 5, days: 100 };
    expect(generateSales({ ...options, seed: 9 })).toEqual(generateSales({ ...options, seed: 9 }));
    expect(generateSales({ ...options, seed: 8 }).records).not.toEqual(
      generateSales({ ...options, seed: 9 }).records,
    );
  });

  it('sells the true expectation, net of returns, except in the stock-out', () => {
    const stockOut = truth.stockOuts[0];
    const startDay = parseDay('2022-01-01');
    truth.productIds.forEach((id, s) => {
      const units = records.reduce((sum, record) => sum + (record.productId === id ? record.units : 0), 0);
      let expected = 0;
      let variance = 0;
      for (let d = 0; d < 1096; d++) {
        const day = startDay + d;
        if (id === stockOut.productId && day >= stockOut.from && day < stockOut.to) continue;
        const mean = truth.mean[s * 1096 + d];
        expected += mean;
        variance += mean + mean ** 2 * (1 / 12 + 0.04 ** 2);
      }
      expected *= 0.98;
      // Five standard deviations of the sum, and half a percent for the noise that all products share.
      expect(Math.abs(units - expected)).toBeLessThan(5 * Math.sqrt(variance) + 0.005 * expected);
    });
  });

  it('holds a weekly and a yearly season, holidays and promotions', () => {
    const meanOf = (keep: (day: number, index: number) => boolean, series = 0) => {
      const values = Array.from(panel.units.subarray(series * panel.days, (series + 1) * panel.days));
      const kept = values.filter((value, d) => keep(panel.startDay + d, d) && !Number.isNaN(value));
      return kept.reduce((sum, value) => sum + value, 0) / kept.length;
    };
    expect(meanOf((day) => dayOfWeek(day) === 5)).toBeGreaterThan(
      1.2 * meanOf((day) => dayOfWeek(day) === 1),
    );
    expect(meanOf((day) => formatDay(day).endsWith('12-25'))).toBeLessThan(0.6 * meanOf(() => true));
    expect(meanOf((_, d) => panel.promo?.[d] === 1)).toBeGreaterThan(
      1.15 * meanOf((_, d) => panel.promo?.[d] === 0),
    );
    expect(
      truth.events.filter((event) => event.name === 'Christmas').map((event) => formatDay(event.day)),
    ).toEqual(['2022-12-25', '2023-12-25', '2024-12-25']);
    // The fourth Fridays of November, from the calendar.
    expect(
      truth.events.filter((event) => event.name === 'Black Friday').map((event) => formatDay(event.day)),
    ).toEqual(['2022-11-25', '2023-11-24', '2024-11-22']);
  });

  it('holds returns, a stock-out, a new product and intermittent products', () => {
    const returned = records.filter((record) => record.units < 0);
    expect(returned.length).toBeGreaterThan(100);
    expect(returned.every((record) => record.revenue < 0)).toBe(true);

    const [stockOut] = truth.stockOuts;
    const outOfStock = records.filter((record) => !record.inStock && record.units >= 0);
    expect(outOfStock.map((record) => record.productId)).toEqual(Array(10).fill(stockOut.productId));
    expect(outOfStock[0].date).toBe(formatDay(stockOut.from));

    const [newProduct] = truth.newProducts;
    const first = records.find((record) => record.productId === newProduct.productId);
    expect(first && parseDay(first.date)).toBeGreaterThanOrEqual(newProduct.from);

    expect(truth.intermittent).toHaveLength(12);
    for (const id of truth.intermittent) {
      const days = new Set(records.filter((record) => record.productId === id).map((record) => record.date));
      expect(days.size).toBeLessThan(0.5 * 1096);
      expect(days.size).toBeGreaterThan(0);
    }
  });

  it('refuses impossible sizes', () => {
    for (const options of [
      { products: 0 },
      { days: 1.5 },
      { categories: -1 },
      { returnRate: 2 },
      { seed: 0.5 },
    ]) {
      let caught: unknown;
      try {
        generateSales(options);
      } catch (error) {
        caught = error;
      }
      expect(ForecastError.is(caught) && [caught.code, caught.path[0]]).toEqual([
        'invalid-option',
        Object.keys(options)[0],
      ]);
    }
  });

  it('generates the smallest merchant too', () => {
    const smallest = generateSales({ products: 1, days: 1 });
    expect(smallest.truth.mean).toHaveLength(1);
    expect(smallest.truth.stockOuts).toEqual([]);
  });
});

describe('effects on request', () => {
  const options = { products: 12, categories: 2, days: 400, seed: 5, returnRate: 0 } as const;
  const days = options.days;
  const plain = generateSales(options);

  it('change nothing unless they are asked for', () => {
    const none = { postPromotionDip: 0, cannibalisation: 0, elasticity: 0, closures: 0 };
    expect(generateSales({ ...options, ...none })).toEqual(plain);
    expect(plain.truth.elasticities.every((elasticity) => elasticity === 0)).toBe(true);
    expect(plain.truth.closures).toEqual([]);
  });

  it('contain the demand without promotions', () => {
    const { mean, baseline, promotions, productIds } = plain.truth;
    const start = parseDay('2022-01-01');
    productIds.forEach((id, s) => {
      for (let d = 0; d < days; d++) {
        const on = promotions.find(
          ({ productId, from, to }) => productId === id && start + d >= from && start + d < to,
        );
        expect(mean[s * days + d]).toBeCloseTo(baseline[s * days + d] * (on?.uplift ?? 1), 9);
      }
    });
  });

  it('make a dip of seven days after each promotion', () => {
    const { truth } = generateSales({ ...options, postPromotionDip: 0.3 });
    const { productId, to } = truth.promotions[0];
    const s = truth.productIds.indexOf(productId);
    const first = s * days + to - parseDay('2022-01-01');
    const ratios = [-1, 0, 6, 7].map((d) => truth.mean[first + d] / truth.baseline[first + d]);
    expect(ratios[0]).toBeCloseTo(truth.promotions[0].uplift, 9);
    expect(ratios[1]).toBeCloseTo(0.7, 9);
    expect(ratios[2]).toBeCloseTo(0.7, 9);
    expect(ratios[3]).toBeCloseTo(1, 9);
  });

  it('take a share of the extra units from the rest of the category', () => {
    const { truth } = generateSales({ ...options, cannibalisation: 0.4 });
    const { mean, baseline } = truth;
    // Products alternate between the two categories; the second product is not there from the start.
    for (let category = 0; category < 2; category++) {
      for (let d = 350; d < days; d++) {
        let [gained, lost, others] = [0, 0, 0];
        for (let s = category; s < 12; s += 2) {
          const change = mean[s * days + d] - baseline[s * days + d];
          if (change > 0) gained += change;
          else {
            lost -= change;
            others += baseline[s * days + d];
          }
        }
        // No product loses more than four fifths.
        expect(lost).toBeCloseTo(Math.min(0.4 * gained, 0.8 * others), 6);
      }
    }
  });

  it('move demand with the price', () => {
    const { truth } = generateSales({ ...options, elasticity: -2 });
    const priced = generatePanel({ ...options, elasticity: -2 });
    truth.productIds.forEach((id, s) => {
      const elasticity = truth.elasticities[s];
      expect(elasticity).toBeGreaterThanOrEqual(-2.4);
      expect(elasticity).toBeLessThanOrEqual(-1.6);
      const uplift = truth.promotions.find(({ productId }) => productId === id)?.uplift ?? 1;
      // Demand over the baseline, without the uplift, is the same power of the price on all days.
      const scale = (d: number) => {
        const at = s * days + d;
        const lift = truth.mean[at] / truth.baseline[at] / (priced.promo![at] === 1 ? uplift : 1);
        return lift / priced.price![at] ** elasticity;
      };
      for (let d = 350; d < days; d++) expect(scale(d) / scale(349)).toBeCloseTo(1, 4);
    });
  });

  it('close the shop on about so many days a year', () => {
    const { truth, records } = generateSales({ ...options, closures: 24 });
    const closed = new Set(truth.closures.map(formatDay));
    expect(closed.size).toBeGreaterThan(18);
    expect(closed.size).toBeLessThan(36);
    expect(records.some(({ date }) => closed.has(date))).toBe(false);
    const withClosures = generatePanel({ ...options, closures: 24 });
    truth.closures.forEach((day) => {
      expect(withClosures.open![day - withClosures.startDay]).toBe(0);
      expect(truth.mean[day - withClosures.startDay]).toBe(0);
    });
  });

  it('are refused outside of their ranges', () => {
    for (const wrong of [
      { postPromotionDip: 1.5 },
      { cannibalisation: -0.1 },
      { elasticity: 1 },
      { closures: 365 },
    ]) {
      expect(() => generateSales({ ...options, ...wrong })).toThrow(ForecastError);
    }
  });
});

describe('generatePanel', () => {
  it('holds the net units of the records, day by day', () => {
    const net = new Map<string, number>();
    for (const { productId, date, units } of records) {
      const key = `${productId} ${date}`;
      net.set(key, (net.get(key) ?? 0) + units);
    }
    let compared = 0;
    const different: string[] = [];
    for (let s = 0; s < panel.seriesCount; s++) {
      for (let d = 0; d < panel.days; d++) {
        const units = panel.units[s * panel.days + d];
        if (Number.isNaN(units)) continue;
        compared++;
        const key = `${panel.ids[s]} ${formatDay(panel.startDay + d)}`;
        if (units !== Math.max(0, net.get(key) ?? 0)) different.push(key);
      }
    }
    expect(different).toEqual([]);
    // All days but the ten out of stock and those before the new product.
    expect(compared).toBe(60 * 1096 - 10 - (1096 - 90));
  });

  it('is what the panel builder makes of the records', async () => {
    const { panel: built, report } = await buildPanel(records, { outOfStock: 'missing' });
    expect(report.rejected).toBe(0);
    expect(built.days).toBe(panel.days);
    for (let s = 0; s < panel.seriesCount; s++) {
      const t = built.ids.indexOf(panel.ids[s]);
      expect(built.categories[built.categoryOf[t]]).toBe(panel.categories[panel.categoryOf[s]]);
      // A day before the first record is missing to the builder, even if the product was on sale.
      const from = Math.max(panel.firstDay[s], built.firstDay[t]);
      const days = (source: typeof panel, series: number) =>
        source.units.subarray(series * source.days + from, (series + 1) * source.days);
      expect(days(built, t)).toEqual(days(panel, s));
    }
  });

  it('is the same without the other columns', () => {
    const lean = generatePanel({ columns: false });
    expect(lean.units).toEqual(panel.units);
    expect(lean.price).toBeUndefined();
    expect(panel.revenue?.[5 * panel.days]).toBeCloseTo(
      panel.units[5 * panel.days] * (panel.price?.[5 * panel.days] ?? 0),
      4,
    );
  });

  it('does not change a product when others are added', () => {
    const few = generatePanel({ products: 20, days: 200 });
    const many = generatePanel({ products: 40, days: 200 });
    expect(many.units.subarray(0, 20 * 200)).toEqual(few.units);
  });
});
