import type { StockFinding, StockFindingCode } from './stock-results.js';

/** Severity and meaning of each finding. */
export const STOCK_FINDINGS: Readonly<Record<StockFindingCode, readonly [StockFinding['severity'], string]>> =
  {
    'no-stock': ['info', 'No stock is given: there is a reorder point, and no order'],
    'unknown-product': ['warning', 'Products of the stock that no sales are known of are left out'],
    'repeated-product': ['warning', 'Products more than once in the stock: their units are added up'],
    'negative-stock': ['warning', 'Less than nothing is on hand: it counts as units that customers wait for'],
    'never-sold': ['warning', 'Never sold: nothing tells what will be'],
    'new-product': ['warning', 'Too new to tell much: the forecast rests on their category'],
    'ended-product': ['info', 'Sales have ended: nothing is ordered'],
    'beyond-horizon': ['warning', 'Lead time and review period reach farther than errors were measured'],
    'no-price-or-cost': ['warning', 'A price or a cost is missing: the plan does without it'],
    'no-margin': ['warning', 'A unit earns no more than it costs: nothing is ordered'],
    'shelf-life': ['info', 'Orders are cut to what is likely to sell before it spoils'],
    'over-budget': ['info', 'Orders are cut to the budget'],
  };

/** Products that a finding names at most. */
const MOST_NAMED = 10;

/** Collects findings by their kind. */
export class StockFindings {
  private readonly products = new Map<StockFindingCode, string[]>();

  add(code: StockFindingCode, productId: string): void {
    const products = this.products.get(code) ?? [];
    products.push(productId);
    this.products.set(code, products);
  }

  /** Warnings first. */
  list(): StockFinding[] {
    const all = [...this.products].map(([code, products]): StockFinding => {
      const [severity, message] = STOCK_FINDINGS[code];
      return { code, severity, message, count: products.length, productIds: products.slice(0, MOST_NAMED) };
    });
    return all.sort((a, b) => Number(a.severity === 'info') - Number(b.severity === 'info'));
  }
}
