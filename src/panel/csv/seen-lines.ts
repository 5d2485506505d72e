import type { DailyRecord } from '../sales-record.js';
import { HashCounts } from './hash-counts.js';

/** Share of lines on common days from which two files are taken for the same sales. */
const SAME_SALES = 0.5;

/** Rule for sales that are in several files: they count once, or in every file. */
export type CsvOverlap = 'once' | 'add';

/** Counts of lines on days that another file also has. */
export interface OverlapFacts {
  /** Lines on common days without an order number or an id. */
  readonly lines: number;
  /** Number of those that are identical in the other file. */
  readonly same: number;
}

/**
 * Remembers the lines of several files, so that lines in two of them count once. A line is identified by its
 * id, or by its order, product, day and location; of several such lines in one order, as many count as in the
 * file that has most of them.
 */
export class SeenLines {
  private readonly earlier = new HashCounts();
  private current = new HashCounts();
  private readonly earlierDays = new Set<number>();
  private currentDays = new Set<number>();
  private lines = 0;
  private same = 0;

  constructor(private readonly overlap: CsvOverlap | undefined) {}

  /** Begins the next file, or the next part of a concatenated file. */
  beginFile(): void {
    this.earlier.raise(this.current);
    for (const day of this.currentDays) this.earlierDays.add(day);
    this.current = new HashCounts();
    this.currentDays = new Set();
    this.lines = 0;
    this.same = 0;
  }

  /** Overlap of the current file, so far, with those before it. */
  get facts(): OverlapFacts {
    return { lines: this.lines, same: this.same };
  }

  /**
   * Notes a line; true if an earlier file has it, so that it does not count again.
   *
   * @param order number of its order; blank if the file has none
   * @param id id of the line itself; blank if the file has none. It counts once within a file too
   */
  isRepeated(record: DailyRecord, order: string, id: string): boolean {
    if (this.overlap === 'add') return false;
    const { day, productId, units, location = '' } = record;
    const place = `${productId}\n${location}\n${day}`;
    if (id !== '') {
      const hash = hashText(`line\n${id}\n${units < 0 ? '-' : '+'}${place}`);
      return this.current.add(hash) > 1 || this.earlier.of(hash) > 0;
    }
    if (order !== '') {
      const hash = hashText(`order\n${order}\n${units < 0 ? '-' : '+'}${place}`);
      return this.current.add(hash) <= this.earlier.of(hash);
    }
    return this.isRepeatedDay(record, place);
  }

  /** Without order numbers, the sales of a product on a day are taken from one file, or are a question. */
  private isRepeatedDay({ day, units, revenue }: DailyRecord, place: string): boolean {
    this.currentDays.add(day);
    if (this.overlap === 'once') {
      const hash = hashText(place);
      this.current.add(hash);
      return this.earlier.of(hash) > 0;
    }
    const hash = hashText(`${place}\n${units}\n${revenue ?? ''}`);
    const same = this.current.add(hash) <= this.earlier.of(hash);
    if (!this.earlierDays.has(day)) return false;
    this.lines++;
    if (same) this.same++;
    return false;
  }
}

/** Tells whether enough lines are in both files to be the same sales rather than those of another shop. */
export function isSameSales({ lines, same }: OverlapFacts): boolean {
  return same > 0 && same >= SAME_SALES * lines;
}

/** A hash of 53 bits (cyrb53): of ten million lines, two share one with a chance of one in two hundred. */
function hashText(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2_654_435_761);
    b = Math.imul(b ^ code, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & b) + (a >>> 0);
}
