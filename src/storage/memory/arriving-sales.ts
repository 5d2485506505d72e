import type { Day } from '../../calendar/day.js';
import { type LongCallOptions, type Progress, runInSlices } from '../../long-call.js';
import type { DailySale } from '../contract.js';
import { categoryOf, codeOf, type LeafWriter, periodOf, withCategory } from './sales-leaf.js';
import { SalesNames } from './sales-names.js';
import { countRows, finishPeriods, mergeSorted, type SortedSales, writerOf } from './sorted-sales.js';

/**
 * Rows of a delivery that is still arriving, as columns. Its texts have numbers of their own, so that a delivery that fails
 * leaves nothing behind.
 */
export class ArrivingSales {
  readonly #names = new SalesNames();
  #sales: SortedSales = [];
  rows = 0;
  firstDay: Day = Number.POSITIVE_INFINITY;
  lastDay: Day = Number.NEGATIVE_INFINITY;

  constructor(
    /** Number of the delivery. */
    readonly number: number,
  ) {}

  /** Adds rows in reading order, one for each key; they are summed with earlier ones. */
  async add(rows: readonly DailySale[], options: LongCallOptions): Promise<void> {
    const writers = new Map<number, LeafWriter>();
    for (const sale of rows) {
      this.firstDay = Math.min(this.firstDay, sale.day);
      this.lastDay = Math.max(this.lastDay, sale.day);
      const code = codeOf(sale.day, sale.promo, sale.inStock, this.#names.category(sale.category));
      writerOf(writers, periodOf(sale.day)).add(
        this.#names.series(sale.productId, sale.location ?? ''),
        code,
        this.number,
        sale.units,
        sale.revenue ?? Number.NaN,
        sale.price ?? Number.NaN,
      );
    }
    const merging = mergeSorted(this.#sales, finishPeriods(writers), this.#names.compare, { mode: 'add' });
    this.#sales = await runInSlices(merging, options);
    this.rows = countRows(this.#sales);
  }

  /** The rows of all chunks, with the numbers of the storage's texts; called once. */
  *renumber(names: SalesNames): Generator<Progress, SortedSales, void> {
    const { products, locations, categories } = this.#names;
    const series = products.map((product, i) => names.series(product, locations[i]));
    const category = categories.map((name) => names.category(name));
    for (const [done, { leaves }] of this.#sales.entries()) {
      for (const { codes, runs } of leaves) {
        for (let i = 0; i < codes.length; i += 2) {
          codes[i] = withCategory(codes[i], category[categoryOf(codes[i])]);
        }
        for (let i = 0; i < runs.length; i += 2) runs[i] = series[runs[i]];
      }
      yield { phase: 'number rows', done, total: this.#sales.length };
    }
    return this.#sales;
  }
}
