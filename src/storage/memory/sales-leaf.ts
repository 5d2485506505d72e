import type { Day } from '../../calendar/day.js';

/** Days of a period: their numbers fit into six bits. */
const PERIOD_BITS = 6;
const DAY_MASK = 63;
const PROMO_SHIFT = 6;
const STOCK_SHIFT = 8;
const CATEGORY_SHIFT = 10;
/** Categories that fit into the rest of a code. */
export const MAX_CATEGORIES = 2 ** 22;

/** Rows of a leaf at most, and at least half of that where a leaf was divided. */
const LEAF_ROWS = 16_384;

/** Rows of one period in reading order: 32 bytes a row and 8 for each run of rows of one series. Never changed once readers may see it. */
export interface Leaf {
  /** Units, revenue and price of each row; NaN where a row has none. */
  readonly amounts: Float64Array;
  /** Code and delivery of each row. */
  readonly codes: Uint32Array;
  /** Series of each run, and the row after its last. */
  readonly runs: Uint32Array;
}

/** The period of a day. */
export function periodOf(day: Day): number {
  return day >> PERIOD_BITS;
}

/** Packs day, flags and category of a row. */
export function codeOf(
  day: Day,
  promo: boolean | undefined,
  inStock: boolean | undefined,
  category: number,
): number {
  const flags = (rankOf(promo, true) << PROMO_SHIFT) | (rankOf(inStock, false) << STOCK_SHIFT);
  return ((day & DAY_MASK) | flags | (category << CATEGORY_SHIFT)) >>> 0;
}

/** 0 for an unknown flag, 2 for the value that wins when sales are added, 1 for the other. */
function rankOf(flag: boolean | undefined, winner: boolean): number {
  return flag === undefined ? 0 : flag === winner ? 2 : 1;
}

/** The day of a row in a period. */
export function dayOf(code: number, period: number): Day {
  return period * (DAY_MASK + 1) + (code & DAY_MASK);
}

export function categoryOf(code: number): number {
  return code >>> CATEGORY_SHIFT;
}

/** The code with another category. */
export function withCategory(code: number, category: number): number {
  return ((code & ((1 << CATEGORY_SHIFT) - 1)) | (category << CATEGORY_SHIFT)) >>> 0;
}

/** 1, 0, or -1 where it is not known. */
export function promoOf(code: number): number {
  return ((code >> PROMO_SHIFT) & 3) - 1;
}

/** 1, 0, or -1 where it is not known. */
export function stockOf(code: number): number {
  const rank = (code >> STOCK_SHIFT) & 3;
  return rank === 0 ? -1 : 2 - rank;
}

export function rowsIn({ codes }: Leaf): number {
  return codes.length / 2;
}

export function codeAt({ codes }: Leaf, row: number): number {
  return codes[2 * row];
}

export function deliveryAt({ codes }: Leaf, row: number): number {
  return codes[2 * row + 1];
}

/** Compares the days of two rows of a period. */
export function compareDays(a: Leaf, i: number, b: Leaf, j: number): number {
  return (codeAt(a, i) & DAY_MASK) - (codeAt(b, j) & DAY_MASK);
}

/** Consecutive rows of one series. */
export interface Run {
  readonly leaf: Leaf;
  readonly series: number;
  readonly from: number;
  /** Row after the last one. */
  readonly to: number;
}

export function runAt(leaf: Leaf, i: number): Run {
  const { runs } = leaf;
  return { leaf, series: runs[2 * i], from: i === 0 ? 0 : runs[2 * i - 1], to: runs[2 * i + 1] };
}

export function runsOf(leaf: Leaf): Run[] {
  return Array.from({ length: leaf.runs.length / 2 }, (_, i) => runAt(leaf, i));
}

/** Makes leaves of rows that come in reading order. */
export class LeafWriter {
  #leaves: Leaf[] = [];
  #amounts = new Float64Array(768);
  #codes = new Uint32Array(512);
  #runs: number[] = [];
  #rows = 0;

  /** Adds rows of a run. */
  copy({ leaf: { amounts, codes }, series, from, to }: Run): void {
    if (from === to) return;
    const row = this.#append(series, to - from);
    this.#amounts.set(amounts.subarray(3 * from, 3 * to), 3 * row);
    this.#codes.set(codes.subarray(2 * from, 2 * to), 2 * row);
  }

  /** Adds a row of a series. */
  add(series: number, code: number, delivery: number, units: number, revenue: number, price: number): void {
    const row = this.#append(series, 1);
    const amounts = this.#amounts;
    amounts[3 * row] = units;
    amounts[3 * row + 1] = revenue;
    amounts[3 * row + 2] = price;
    this.#codes[2 * row] = code;
    this.#codes[2 * row + 1] = delivery;
  }

  /** Adds the sum of a row and of a later one of the same key, by the rule of `addSales`. */
  addSum(series: number, kept: Leaf, i: number, later: Leaf, j: number): void {
    const [a, b] = [codeAt(kept, i), codeAt(later, j)];
    const rank = (shift: number) => Math.max((a >> shift) & 3, (b >> shift) & 3) << shift;
    const unflagged = b & ~((3 << PROMO_SHIFT) | (3 << STOCK_SHIFT));
    const [units, revenue, price] = kept.amounts.subarray(3 * i);
    const [moreUnits, moreRevenue, laterPrice] = later.amounts.subarray(3 * j);
    this.add(
      series,
      (unflagged | rank(PROMO_SHIFT) | rank(STOCK_SHIFT)) >>> 0,
      deliveryAt(later, j),
      units + moreUnits,
      Number.isNaN(revenue) ? moreRevenue : Number.isNaN(moreRevenue) ? revenue : revenue + moreRevenue,
      Number.isNaN(laterPrice) ? price : laterPrice,
    );
  }

  /** The leaves of all rows; the writer is empty afterwards. */
  finish(): Leaf[] {
    if (this.#rows > LEAF_ROWS) this.#cut(this.#rows / 2);
    if (this.#rows > 0) this.#cut(this.#rows);
    const leaves = this.#leaves;
    this.#leaves = [];
    return leaves;
  }

  /** Makes room for rows of a series and returns the place of the first. */
  #append(series: number, rows: number): number {
    const runs = this.#runs;
    if (runs.at(-2) !== series) {
      if (this.#rows >= 2 * LEAF_ROWS) this.#cut(LEAF_ROWS);
      runs.push(series, 0);
    }
    const first = this.#rows;
    this.#rows += rows;
    runs[runs.length - 1] = this.#rows;
    while (2 * this.#rows > this.#codes.length) {
      const [amounts, codes] = [this.#amounts, this.#codes];
      this.#amounts = new Float64Array(2 * amounts.length);
      this.#amounts.set(amounts);
      this.#codes = new Uint32Array(2 * codes.length);
      this.#codes.set(codes);
    }
    return first;
  }

  /** Makes a leaf of the first rows, at least as many as are given and up to the end of a run. */
  #cut(least: number): void {
    const last = this.#runs.findIndex((end, i) => i % 2 === 1 && end >= least);
    const rows = this.#runs[last];
    this.#leaves.push({
      amounts: this.#amounts.slice(0, 3 * rows),
      codes: this.#codes.slice(0, 2 * rows),
      runs: Uint32Array.from(this.#runs.splice(0, last + 1)),
    });
    this.#amounts.copyWithin(0, 3 * rows, 3 * this.#rows);
    this.#codes.copyWithin(0, 2 * rows, 2 * this.#rows);
    this.#runs = this.#runs.map((value, i) => (i % 2 === 1 ? value - rows : value));
    this.#rows -= rows;
  }
}
