import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  abcClasses,
  certainDemand,
  criticalRatio,
  daysOfCover,
  economicOrderQuantity,
  expectedProfit,
  lotSizeReorderPoint,
  negativeBinomialDemand,
  newsvendor,
  normalDemand,
  normalLoss,
  orderDelay,
  orderQuantity,
  poissonDemand,
  reorderPoint,
  stockCondition,
  stockOutcome,
  xyzClass,
} from '../../src/inventory/index.js';

describe('newsvendor', () => {
  it("sells Mac's papers as Nahmias does", () => {
    // Nahmias, Production and Operations Analysis, example 5.1: weekly demand of mean 11.73 and deviation 4.74; bought for 25,
    // sold for 75, returned for 10 cents. Ratio 0.77, Q* = 15.24 by a table of z with two digits.
    const { criticalRatio: ratio, quantity } = newsvendor({
      demand: normalDemand(11.73, 4.74),
      price: 0.75,
      cost: 0.25,
      salvage: 0.1,
    });
    expect(ratio).toBeCloseTo(0.77, 2);
    expect(Math.abs(quantity - 15.24)).toBeLessThan(0.03);
  });

  it('orders for a season as Chopra and Meindl do', () => {
    // Chopra and Meindl, Supply Chain Management, optimal cycle service for seasonal items with a single order: mean 350,
    // deviation 100, cost 100, price 250, net salvage 80: ratio 0.88, 468 units.
    const { criticalRatio: ratio, quantity } = newsvendor({
      demand: normalDemand(350, 100),
      price: 250,
      cost: 100,
      salvage: 80,
    });
    expect(ratio).toBeCloseTo(0.88, 2);
    expect(Math.abs(quantity - 468)).toBeLessThan(1);
  });

  it('earns most of all quantities, for counts as by trying all', () => {
    const demand = negativeBinomialDemand(9, 20);
    const margins = { price: 12, cost: 5, salvage: 1, penalty: 2 };
    const { quantity, expectedProfit: profit } = newsvendor({ demand, ...margins });
    const all = Array.from({ length: 60 }, (_, units) => expectedProfit(demand, units, margins));
    expect(profit).toBeCloseTo(Math.max(...all), 10);
    expect(all[quantity]).toBeCloseTo(Math.max(...all), 10);
  });

  it('orders nothing where nothing is earned, and refuses salvage that pays for the unit', () => {
    expect(newsvendor({ demand: poissonDemand(5), price: 2, cost: 3 })).toMatchObject({
      quantity: 0,
      criticalRatio: 0,
    });
    expect(() => criticalRatio({ price: 5, cost: 3, salvage: 3 })).toThrow(
      expect.objectContaining({
        path: ['salvage'],
      }),
    );
    expect(() => criticalRatio({ price: Number.NaN, cost: 3 })).toThrow(
      expect.objectContaining({ path: ['price'] }),
    );
  });
});

describe('reorderPoint', () => {
  // Nahmias, example 5.4 and its services in 5.5: Harvey's mustard, demand of the lead time of mean 100 and deviation 25.
  const harvey = normalDemand(100, 25);

  it('keeps type 1 and type 2 service as Nahmias does', () => {
    expect(Math.round(reorderPoint({ demand: harvey, serviceLevel: 0.98 }).reorderPoint)).toBe(151);
    const { reorderPoint: point, expectedShortage } = reorderPoint({
      demand: harvey,
      fillRate: 0.98,
      orderQuantity: 100,
    });
    // The book rounds z = 1.02 to 126.
    expect(Math.abs(point - 126)).toBeLessThan(1);
    expect(expectedShortage).toBeCloseTo(2, 8);
  });

  it('agrees with the store of Chopra and Meindl', () => {
    // Chopra and Meindl, examples of chapter "Managing uncertainty in a supply chain: safety inventory": 2,500 a week, deviation
    // 500, lead time of two weeks, lots of 10,000. A point of 6,000 gives a cycle service of 0.92, 25 units short, a fill rate of
    // 0.9975; a cycle service of 0.90 needs 906 of safety stock, a fill rate of 0.975 needs 67.
    const demand = normalDemand(5000, 500 * Math.SQRT2);
    expect(demand.cdf(6000)).toBeCloseTo(0.92, 2);
    expect(Math.round(demand.shortfall(6000))).toBe(25);
    expect(1 - demand.shortfall(6000) / 10_000).toBeCloseTo(0.9975, 4);
    expect(Math.round(reorderPoint({ demand, serviceLevel: 0.9 }).safetyStock)).toBe(906);
    expect(Math.round(reorderPoint({ demand, fillRate: 0.975, orderQuantity: 10_000 }).safetyStock)).toBe(67);
  });

  it('needs the safety stock of a random lead time', () => {
    // The same book, lead time uncertain: 2,500 a day, deviation 500, lead time of 7 days, deviation 7: 17,500 (17,550 exactly:
    // sqrt(7 * 500² + 2500² * 49)) and 22,491 for a cycle service of 0.90.
    const demand = normalDemand(17_500, Math.sqrt(7 * 500 ** 2 + 2500 ** 2 * 49));
    expect(Math.abs(reorderPoint({ demand, serviceLevel: 0.9 }).safetyStock - 22_491)).toBeLessThan(2);
  });

  it('of a periodic review counts only what the cycle is short of', () => {
    // By simulation of the definition: L(S) over lead time and review less L(S) over the lead time.
    const demand = poissonDemand(14);
    const before = poissonDemand(7);
    const { reorderPoint: point } = reorderPoint({ demand, before, fillRate: 0.95 });
    const short = (units: number) => demand.shortfall(units) - before.shortfall(units);
    expect(short(point)).toBeLessThanOrEqual(0.05 * 7);
    expect(short(point - 1)).toBeGreaterThan(0.05 * 7);
  });

  it('needs no safety where demand is known', () => {
    expect(reorderPoint({ demand: certainDemand(30), serviceLevel: 0.99 })).toMatchObject({
      reorderPoint: 30,
      safetyStock: 0,
    });
    expect(reorderPoint({ demand: certainDemand(0), fillRate: 0.99, orderQuantity: 5 }).reorderPoint).toBe(0);
  });

  it('refuses a service that cannot be promised', () => {
    expect(() => reorderPoint({ demand: harvey, serviceLevel: 1 })).toThrow(
      expect.objectContaining({
        path: ['serviceLevel'],
      }),
    );
    expect(() => reorderPoint({ demand: harvey, fillRate: 0.9 })).toThrow(
      expect.objectContaining({
        path: ['orderQuantity'],
      }),
    );
  });

  it('rises with the service level and with the fill rate', () => {
    const share = fc.double({ min: 0.02, max: 0.995, noNaN: true });
    const mean = fc.double({ min: 0.05, max: 500, noNaN: true });
    fc.assert(
      fc.property(mean, fc.double({ min: 1, max: 9, noNaN: true }), share, share, (m, ratio, a, b) => {
        const demand = negativeBinomialDemand(m, m * ratio);
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const point = (serviceLevel: number) => reorderPoint({ demand, serviceLevel }).reorderPoint;
        expect(point(high)).toBeGreaterThanOrEqual(point(low));
        const before = negativeBinomialDemand(m / 2, (m / 2) * ratio);
        const filled = (fillRate: number) => reorderPoint({ demand, before, fillRate }).reorderPoint;
        expect(filled(high)).toBeGreaterThanOrEqual(filled(low));
        expect(point(low)).toBeGreaterThanOrEqual(0);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

describe('lotSizeReorderPoint', () => {
  it("stocks Harvey's mustard as Nahmias does", () => {
    // Nahmias, example 5.4: 200 jars a year at $10, K = 50, h = 2, p = 25; Q = 111, R = 143, n(R) = 0.4575 at z = 1.70 of the table.
    const answer = lotSizeReorderPoint({
      demand: normalDemand(100, 25),
      annualDemand: 200,
      orderCost: 50,
      holdingCost: 2,
      penalty: 25,
    });
    expect(Math.round(answer.quantity)).toBe(111);
    expect(Math.round(answer.reorderPoint)).toBe(143);
    expect(answer.expectedShortage).toBeCloseTo(0.4575, 1);
    expect(25 * normalLoss(1.7)).toBeCloseTo(0.4575, 2);
  });

  it('is the economic order quantity where demand is known', () => {
    const costs = { annualDemand: 200, orderCost: 50, holdingCost: 2 };
    expect(economicOrderQuantity(costs)).toBe(100);
    const known = lotSizeReorderPoint({ demand: certainDemand(10), penalty: 25, ...costs });
    expect(known).toEqual({ quantity: 100, reorderPoint: 10, expectedShortage: 0 });
    expect(() => economicOrderQuantity({ ...costs, holdingCost: 0 })).toThrow(
      expect.objectContaining({
        path: ['holdingCost'],
      }),
    );
  });
});

describe('stockOutcome', () => {
  it('is the sum over all counts', () => {
    // Derived: Poisson of mean 2 with 1 on hand: lost 2 - (1 - e^-2) = 1.1353, over e^-2 = 0.1353, out 1 - 3 e^-2 = 0.5940.
    const e = Math.exp(-2);
    const outcome = stockOutcome(poissonDemand(2), 1);
    expect(outcome.expectedLostSales).toBeCloseTo(1 + e, 12);
    expect(outcome.expectedOverstock).toBeCloseTo(e, 12);
    expect(outcome.stockOutProbability).toBeCloseTo(1 - 3 * e, 12);
    expect(outcome.expectedSales).toBeCloseTo(1 - e, 12);
  });

  it('loses all demand without stock, also if customers wait already', () => {
    expect(stockOutcome(poissonDemand(2), 0)).toMatchObject({
      expectedLostSales: expect.closeTo(2, 12),
      fillRate: expect.closeTo(0, 12),
    });
    expect(stockOutcome(poissonDemand(2), -3)).toMatchObject({
      expectedLostSales: expect.closeTo(2, 12),
      stockOutProbability: 1,
    });
    expect(stockOutcome(certainDemand(0), 0)).toMatchObject({ stockOutProbability: 0, fillRate: 1 });
  });
});

describe('orderQuantity', () => {
  it.each([
    [
      { target: 100, onHand: 31, onOrder: 24, packSize: 12 },
      { quantity: 48, limitedBy: 'pack-size' },
    ],
    [{ target: 100, onHand: 100 }, { quantity: 0 }],
    [{ target: 100, onHand: 60 }, { quantity: 40 }],
    [
      { target: 100, onHand: 95, minimumOrder: 20 },
      { quantity: 20, limitedBy: 'minimum-order' },
    ],
    [
      { target: 100, onHand: 95, minimumOrder: 20, packSize: 12 },
      { quantity: 24, limitedBy: 'minimum-order' },
    ],
    [
      { target: 100, onHand: 20, packSize: 12, most: 60 },
      { quantity: 36, limitedBy: 'most' },
    ],
    [
      { target: 100, onHand: 95, minimumOrder: 50, most: 120 },
      { quantity: 0, limitedBy: 'most' },
    ],
    [{ target: 10, onHand: -5 }, { quantity: 15 }],
    [
      { target: 45.3, onHand: 0, packSize: 6 },
      { quantity: 48, limitedBy: 'pack-size' },
    ],
    [{ target: 0.3, onHand: 0, packSize: 0.1 }, { quantity: expect.closeTo(0.3, 9) }],
  ])('of %j is %j', (options, expected) => {
    expect(orderQuantity(options)).toMatchObject(expected);
  });

  it.each([
    [{ target: 45.3, onHand: 0 }, 46],
    [{ target: 47.3, onHand: 0, packSize: 6 }, 48],
    [{ target: 11.5, onHand: 0, minimumOrder: 12 }, 12],
  ])('names no rule that changes nothing: %j', (options, quantity) => {
    expect(orderQuantity(options)).toEqual({ quantity });
  });

  it('is never negative, whole packs, at least the smallest order, and enough', () => {
    const units = fc.integer({ min: 0, max: 1000 });
    const pack = fc.integer({ min: 1, max: 48 });
    fc.assert(
      fc.property(
        units,
        units,
        units,
        units,
        pack,
        fc.option(units),
        (target, onHand, onOrder, minimumOrder, packSize, most) => {
          const { quantity } = orderQuantity({
            target,
            onHand,
            onOrder,
            minimumOrder,
            packSize,
            most: most ?? undefined,
          });
          expect(quantity).toBeGreaterThanOrEqual(0);
          expect(quantity % packSize).toBe(0);
          if (quantity > 0) expect(quantity).toBeGreaterThanOrEqual(minimumOrder);
          if (quantity > 0 && most !== null) expect(onHand + onOrder + quantity).toBeLessThanOrEqual(most);
          if (most === null) expect(onHand + onOrder + quantity).toBeGreaterThanOrEqual(target);
        },
      ),
      { seed: 3, numRuns: 500 },
    );
  });

  it('refuses amounts that are none', () => {
    expect(() => orderQuantity({ target: Number.NaN, onHand: 1 })).toThrow(
      expect.objectContaining({
        path: ['target'],
      }),
    );
    expect(() => orderQuantity({ target: 1, onHand: 1, packSize: 0 })).toThrow(
      expect.objectContaining({
        path: ['packSize'],
      }),
    );
    expect(() => orderQuantity({ target: 1, onHand: 1, onOrder: -1 })).toThrow(
      expect.objectContaining({
        path: ['onOrder'],
      }),
    );
  });
});

describe('cover', () => {
  it('counts days and the part of the last', () => {
    expect(daysOfCover([4, 4, 2, 8], 12)).toBe(3.25);
    expect(daysOfCover([4, 4], 8)).toBeNull();
    expect(daysOfCover([0, 0, 5], 0)).toBe(2);
    expect(daysOfCover([], 0)).toBeNull();
    expect(daysOfCover([3], -2)).toBe(0);
    expect(() => daysOfCover([1, Number.NaN], 3)).toThrow(/dailyMean.1 must be/);
  });

  it('waits with an order as long as the delivery comes in time', () => {
    const demandOver = (days: number) => certainDemand(2 * days);
    const options = { demandOver, leadTime: 5, serviceLevel: 0.95, horizon: 60 };
    expect(orderDelay({ ...options, stock: 30 })).toBe(10);
    expect(orderDelay({ ...options, stock: 10 })).toBe(0);
    expect(orderDelay({ ...options, stock: 9 })).toBe(-1);
    expect(orderDelay({ ...options, stock: 1000 })).toBeNull();
  });
});

describe('classes and conditions', () => {
  it('are A up to four fifths, B up to 95 %', () => {
    expect(abcClasses([700, 200, 60, 40])).toEqual(['A', 'A', 'B', 'C']);
    expect(abcClasses([0, 0])).toEqual(['C', 'C']);
    expect(abcClasses([5])).toEqual(['A']);
    expect(abcClasses([])).toEqual([]);
    expect(() => abcClasses([1, Number.NaN])).toThrow(expect.objectContaining({ path: ['values.1'] }));
  });

  it('are X, Y and Z by variation', () => {
    expect([xyzClass(10, 5), xyzClass(10, 6), xyzClass(10, 11), xyzClass(0, 0)]).toEqual([
      'X',
      'Y',
      'Z',
      'Z',
    ]);
  });

  it('tell excess and dead stock by the demand to come', () => {
    expect(stockCondition({ demand: poissonDemand(10), onHand: 12 })).toEqual({
      condition: 'sound',
      excessUnits: 0,
    });
    expect(stockCondition({ demand: poissonDemand(10), onHand: 25 })).toEqual({
      condition: 'excess',
      excessUnits: 10,
    });
    expect(stockCondition({ demand: poissonDemand(0.2), onHand: 4 })).toEqual({
      condition: 'dead',
      excessUnits: 4,
    });
    expect(stockCondition({ demand: poissonDemand(10), onHand: 0 })).toEqual({
      condition: 'none',
      excessUnits: 0,
    });
  });
});
