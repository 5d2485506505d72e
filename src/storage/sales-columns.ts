import { type ColumnsRow, readRow, type SalesColumns } from '../panel/sales-columns.js';
import type { DailySale } from './contract.js';

/** Columns of a fixed number of rows that are filled row by row. */
export class SalesColumnsWriter {
  readonly day: Int32Array;
  readonly category: Uint32Array;
  readonly units: Float64Array;
  readonly revenue: Float64Array;
  readonly price: Float64Array;
  readonly promo: Int8Array;
  readonly inStock: Int8Array;
  #length = 0;
  readonly #runs: { readonly productId: string; readonly location: string; end: number }[] = [];

  constructor(capacity: number) {
    this.day = new Int32Array(capacity);
    this.category = new Uint32Array(capacity);
    this.units = new Float64Array(capacity);
    this.revenue = new Float64Array(capacity);
    this.price = new Float64Array(capacity);
    this.promo = new Int8Array(capacity);
    this.inStock = new Int8Array(capacity);
  }

  /** Number of rows that still fit. */
  get room(): number {
    return this.day.length - this.#length;
  }

  /** Appends rows of one product and location, which the caller fills, and returns the number of the first. */
  append(productId: string, location: string, rows: number): number {
    const first = this.#length;
    this.#length += rows;
    const run = this.#runs.at(-1);
    if (run?.productId === productId && run.location === location) run.end = this.#length;
    else this.#runs.push({ productId, location, end: this.#length });
    return first;
  }

  /** The rows so far; the writer is used no more. */
  finish(categories: readonly string[]): SalesColumns {
    const length = this.#length;
    return {
      length,
      runs: this.#runs,
      day: this.day.subarray(0, length),
      category: this.category.subarray(0, length),
      categories,
      units: this.units.subarray(0, length),
      revenue: this.revenue.subarray(0, length),
      price: this.price.subarray(0, length),
      promo: this.promo.subarray(0, length),
      inStock: this.inStock.subarray(0, length),
    };
  }
}

/** Texts numbered as they come. */
export class TextCodes {
  readonly texts: string[] = [];
  readonly #codes = new Map<string, number>();

  codeOf(text: string): number {
    const known = this.#codes.get(text);
    if (known !== undefined) return known;
    const code = this.texts.push(text) - 1;
    this.#codes.set(text, code);
    return code;
  }
}

/** The rows of columns as objects. */
export function salesOf(columns: SalesColumns): DailySale[] {
  const sales: DailySale[] = [];
  let i = 0;
  for (const run of columns.runs) {
    while (i < run.end) sales.push(readRow(columns, run, i++, {} as ColumnsRow));
  }
  return sales;
}
