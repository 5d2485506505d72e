import { invalidOption } from '../errors.js';
import { bisect } from '../math/bisect.js';
import { numberAt } from '../present.js';
import { checkAboveZero, checkAmount, checkFinite } from './checks.js';
import type { DemandLaw } from './laws/index.js';
import { checkTerms, type OrderTerms, packsDown, packsUp } from './order-quantity.js';

/** A product that competes for the budget. */
export interface BudgetItem extends OrderTerms {
  /** Demand until the order after this one is delivered. */
  readonly demand: DemandLaw;
  /** Units on hand and on order. Default 0. */
  readonly stock?: number;
  /** Money per unit. */
  readonly cost: number;
  /** Needed to maximise profit. */
  readonly price?: number;
  readonly salvage?: number;
  readonly penalty?: number;
  /** Largest order, in units. Default: no limit. */
  readonly most?: number;
}

export interface BudgetOptions {
  readonly items: readonly BudgetItem[];
  /** Money. */
  readonly budget: number;
  /** `profit`: expected profit; `fill`: expected units sold. Default `profit`. */
  readonly maximise?: 'profit' | 'fill';
}

export interface BudgetPlan {
  /** Units of each item, whole packs. */
  readonly quantities: readonly number[];
  readonly spent: number;
  /** Gain (money, or units) that one more unit of money would bring: Lagrange's multiplier; 0 if the budget is enough. */
  readonly shadowPrice: number;
  /** Gain of the orders over ordering nothing: money for `profit`, units for `fill`. */
  readonly expectedGain: number;
}

const ROUNDS = 60;
/** Probability beyond which more stock counts as worth nothing. */
const ENOUGH = 0.9999;
/** Share of the budget that rounding may make of a sum. */
const ROUNDING = 1e-9;

/**
 * Spreads a budget over products so that the next unit of money would bring as much whichever it were spent on: quantities
 * follow from one multiplier, which is found by bisection; what is left after rounding to packs goes to the packs that bring
 * most for their cost, one after the other. Without packs and minimum orders that is the optimum, with them within the cost of
 * the last pack of it.
 *
 * ```ts
 * import { allocateBudget, poissonDemand } from 'commerce-forecast/inventory';
 *
 * const { quantities } = allocateBudget({
 *   budget: 500,
 *   items: [
 *     { demand: poissonDemand(20), cost: 12, price: 20, packSize: 6 },
 *     { demand: poissonDemand(35), cost: 8, price: 11, stock: 10 },
 *   ],
 * });
 * ```
 *
 * Source: Hadley and Whitin, "Analysis of Inventory Systems" (1963), section 6-12; Silver, Pyke and Peterson, section 10.2.
 *
 * @throws ForecastError `invalid-option` for an amount below zero, or a profit without prices.
 */
export function allocateBudget({ items, budget, maximise = 'profit' }: BudgetOptions): BudgetPlan {
  checkAmount('budget', budget);
  const all = items.map((item, i) => new Candidate(item, maximise, i));
  const at = (multiplier: number) => all.map((item) => item.best(multiplier));
  const costOf = (quantities: readonly number[]) =>
    all.reduce((sum, { cost }, i) => sum + cost * numberAt(quantities, i), 0);
  const limit = budget * (1 + ROUNDING);
  let quantities = at(0);
  let shadowPrice = 0;
  if (costOf(quantities) > limit) {
    const highest = all.reduce((most, { firstGain }) => Math.max(most, firstGain), 0);
    shadowPrice = bisect(0, highest, ROUNDS, (multiplier) => !(costOf(at(multiplier)) > limit));
    quantities = spendRest(all, at(shadowPrice), limit);
  }
  return {
    quantities,
    spent: costOf(quantities),
    shadowPrice,
    expectedGain: all.reduce((sum, item, i) => sum + item.gain(numberAt(quantities, i)), 0),
  };
}

/** Adds packs, those that bring most for their cost first, as long as one can be paid. */
function spendRest(all: readonly Candidate[], start: readonly number[], limit: number): number[] {
  const quantities = [...start];
  let left = limit - all.reduce((sum, { cost }, i) => sum + cost * numberAt(start, i), 0);
  for (let added = true; added; ) {
    added = false;
    const steps = all
      .map((item, i) => ({ i, ...item.step(numberAt(quantities, i)) }))
      .filter(({ cost, gain }) => gain > 0 && cost <= left)
      .sort((a, b) => b.gain * a.cost - a.gain * b.cost || a.i - b.i);
    for (const { i, cost, to } of steps) {
      if (cost > left) continue;
      quantities[i] = to;
      left -= cost;
      added = true;
    }
  }
  return quantities;
}

class Candidate {
  readonly cost: number;
  /** Gain of the first unit for each unit of money. */
  readonly firstGain: number;
  private readonly demand: DemandLaw;
  private readonly stock: number;
  private readonly packSize: number;
  /** Packs of the smallest and the largest order. */
  private readonly least: number;
  private readonly most: number;
  /** Gain of a unit that is sold, and loss from one that is not. */
  private readonly earned: number;
  private readonly lost: number;

  constructor(item: BudgetItem, maximise: 'profit' | 'fill', index: number) {
    const { demand, stock = 0, cost, price, salvage = 0, penalty = 0, minimumOrder = 0, packSize = 1 } = item;
    checkAboveZero(`items.${index}.cost`, cost);
    checkFinite(`items.${index}.stock`, stock);
    checkTerms({ minimumOrder, packSize });
    if (maximise === 'profit') {
      if (price === undefined) invalidOption(`items.${index}.price`, 'Maximising profit needs a price');
      checkAmount(`items.${index}.price`, price);
      if (!(salvage < cost)) invalidOption(`items.${index}.salvage`, 'salvage must be below cost');
      this.earned = price - salvage + penalty;
      this.lost = cost - salvage;
    } else {
      this.earned = 1;
      this.lost = 0;
    }
    this.cost = cost;
    this.demand = demand;
    this.stock = stock;
    this.packSize = packSize;
    this.least = Math.max(1, packsUp(minimumOrder, packSize));
    this.most = item.most === undefined ? Number.POSITIVE_INFINITY : packsDown(item.most, packSize);
    this.firstGain = Math.max(0, (this.earned - this.lost) / cost);
  }

  /** Gain of ordering so many units. */
  gain(quantity: number): number {
    if (quantity === 0) return 0;
    const fewer = this.demand.shortfall(this.stock) - this.demand.shortfall(this.stock + quantity);
    return this.earned * fewer - this.lost * quantity;
  }

  /** The order that gains most if a unit of money costs so much. */
  best(multiplier: number): number {
    const probability = 1 - (this.lost + multiplier * this.cost) / this.earned;
    if (!(probability > 0) || this.least > this.most) return 0;
    const level = this.demand.quantile(Math.min(ENOUGH, probability));
    const packs = packsDown(level - this.stock, this.packSize);
    const choices = [packs, packs + 1].map(
      (k) => Math.min(this.most, Math.max(this.least, k)) * this.packSize,
    );
    const net = (quantity: number) => this.gain(quantity) - multiplier * this.cost * quantity;
    let best = 0;
    // The more units of two equal gains would be bought for nothing.
    for (const quantity of choices) if (net(quantity) > net(best) + ROUNDING * this.earned) best = quantity;
    return best;
  }

  /** The next larger order, and what it costs and gains more. */
  step(from: number): { readonly to: number; readonly cost: number; readonly gain: number } {
    const packs = from === 0 ? this.least : packsDown(from, this.packSize) + 1;
    const to = packs * this.packSize;
    if (packs > this.most) return { to: from, cost: 0, gain: 0 };
    return { to, cost: this.cost * (to - from), gain: this.gain(to) - this.gain(from) };
  }
}
