import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocateBudget,
  type BudgetItem,
  negativeBinomialDemand,
  normalDemand,
  poissonDemand,
} from '../../src/inventory/index.js';

const gainOf = ({ demand, stock = 0, cost, price = 0 }: BudgetItem, quantity: number) =>
  price * (demand.shortfall(stock) - demand.shortfall(stock + quantity)) - cost * quantity;

describe('allocateBudget', () => {
  it('gives each product what its margin asks for where the budget is enough', () => {
    const items = [
      { demand: normalDemand(100, 20), cost: 4, price: 10, packSize: 0.001 },
      { demand: poissonDemand(20), cost: 6, price: 8, stock: 5 },
    ];
    const { quantities, shadowPrice } = allocateBudget({ items, budget: 1e6 });
    expect(shadowPrice).toBe(0);
    expect(quantities[0]).toBeCloseTo(items[0].demand.quantile(0.6), 2);
    expect(quantities[1]).toBe(poissonDemand(20).quantile(0.25) - 5);
  });

  it('finds the optimum that trying everything finds, of single units', () => {
    const items: BudgetItem[] = [
      { demand: poissonDemand(4), cost: 3, price: 9 },
      { demand: poissonDemand(7), cost: 2, price: 3 },
      { demand: negativeBinomialDemand(3, 8), cost: 5, price: 11 },
    ];
    const budget = 30;
    let best = 0;
    for (let a = 0; a <= 10; a++) {
      for (let b = 0; b <= 15; b++) {
        for (let c = 0; c <= 6; c++) {
          if (3 * a + 2 * b + 5 * c > budget) continue;
          best = Math.max(best, gainOf(items[0], a) + gainOf(items[1], b) + gainOf(items[2], c));
        }
      }
    }
    const { spent, expectedGain } = allocateBudget({ items, budget });
    expect(spent).toBeLessThanOrEqual(budget);
    // Within the gain of the last unit.
    expect(expectedGain).toBeGreaterThan(0.98 * best);
  });

  it('spreads money so that the last unit of it brings the same everywhere', () => {
    const items = [
      { demand: normalDemand(100, 30), cost: 5, price: 12, packSize: 1e-4 },
      { demand: normalDemand(50, 5), cost: 2, price: 3, packSize: 1e-4 },
    ];
    const { quantities, shadowPrice, spent } = allocateBudget({ items, budget: 500 });
    expect(spent).toBeCloseTo(500, 2);
    items.forEach(({ demand, cost, price }, i) => {
      const marginal = (price * (1 - demand.cdf(quantities[i])) - cost) / cost;
      expect(marginal).toBeCloseTo(shadowPrice, 3);
    });
  });

  it('keeps the budget, the packs and the smallest orders, and never loses by more money', () => {
    const item = fc.record({
      demand: fc
        .tuple(fc.double({ min: 0.1, max: 60, noNaN: true }), fc.double({ min: 1, max: 6, noNaN: true }))
        .map(([m, r]) => negativeBinomialDemand(m, m * r)),
      stock: fc.integer({ min: 0, max: 40 }),
      cost: fc.double({ min: 0.5, max: 30, noNaN: true }),
      price: fc.double({ min: 0.5, max: 60, noNaN: true }),
      packSize: fc.integer({ min: 1, max: 12 }),
      minimumOrder: fc.integer({ min: 0, max: 24 }),
    });
    const maximise = fc.constantFrom('profit' as const, 'fill' as const);
    fc.assert(
      fc.property(
        fc.array(item, { maxLength: 8 }),
        fc.double({ min: 0, max: 2000, noNaN: true }),
        maximise,
        (items, budget, goal) => {
          const plan = allocateBudget({ items, budget, maximise: goal });
          expect(plan.spent).toBeLessThanOrEqual(budget * (1 + 1e-6));
          plan.quantities.forEach((quantity, i) => {
            expect(quantity).toBeGreaterThanOrEqual(0);
            expect(quantity % items[i].packSize).toBe(0);
            if (quantity > 0) expect(quantity).toBeGreaterThanOrEqual(items[i].minimumOrder);
          });
          expect(plan.expectedGain).toBeGreaterThanOrEqual(-1e-9);
        },
      ),
      { seed: 8, numRuns: 200 },
    );
  });

  it('takes no product, ten thousand, and refuses wrong ones', () => {
    expect(allocateBudget({ items: [], budget: 10 })).toEqual({
      quantities: [],
      spent: 0,
      shadowPrice: 0,
      expectedGain: 0,
    });
    const items = Array.from({ length: 10_000 }, (_, i) => ({
      demand: poissonDemand(1 + (i % 40)),
      cost: 1 + (i % 7),
      price: 2 + 2 * (i % 7),
    }));
    const { spent } = allocateBudget({ items, budget: 100_000 });
    expect(spent).toBeGreaterThan(99_990);
    expect(spent).toBeLessThanOrEqual(100_000.001);
    expect(() => allocateBudget({ items: [{ demand: poissonDemand(1), cost: 1 }], budget: 1 })).toThrow(
      expect.objectContaining({ path: ['items.0.price'] }),
    );
    expect(() =>
      allocateBudget({ items: [{ demand: poissonDemand(1), cost: 0 }], budget: 1, maximise: 'fill' }),
    ).toThrow(expect.objectContaining({ path: ['items.0.cost'] }));
    expect(() => allocateBudget({ items: [], budget: -1 })).toThrow(
      expect.objectContaining({ path: ['budget'] }),
    );
  });
});
