import { NumberEvidence } from './csv-numbers.js';
import { DateEvidence } from './date-evidence.js';

/** A quantity beside a product: `Mug x2`, `2 x Mug`, `quantity:2`. */
const ITEM = /(?:^|\s)[x\u00d7]\s?\d+\b|^\s*\d+\s?[x\u00d7]\s|\b(?:quantity|qty)\s?[:=]\s?\d/i;
const MAX_VALUES = 60;
/** Distinct texts that are collected before they are examined. */
const MAX_WAITING = 2000;

/** Evidence about a column from the lines of a sample. */
export class ColumnEvidence {
  filled = 0;
  blank = 0;
  private readonly ofNumbers = new NumberEvidence();
  private readonly ofDates = new DateEvidence();
  private readonly known = new Map<string, number>();
  private more = false;
  private readonly waiting = new Map<string, number>();
  private readonly seen = new Set<string>();

  constructor(
    readonly position: number,
    readonly title: string,
  ) {}

  add(text: string): void {
    const trimmed = text.trim();
    if (trimmed === '') {
      this.blank++;
      return;
    }
    this.filled++;
    this.waiting.set(trimmed, (this.waiting.get(trimmed) ?? 0) + 1);
    if (this.waiting.size >= MAX_WAITING) this.examine();
  }

  /**
   * Examines a text beyond the sample that may still settle the order of dates or the decimal mark. Cheap, as
   * texts of a known form are skipped.
   */
  addBeyond(text: string): void {
    const form = this.holdsDates ? text.trim().split(' ', 1).join() : text.replace(/[1-9]/g, '9');
    if (this.seen.has(form)) return;
    if (this.seen.size < MAX_WAITING) this.seen.add(form);
    if (this.holdsDates) this.ofDates.add(text, 1);
    else this.ofNumbers.add(text.trim(), 1);
  }

  get numbers(): NumberEvidence {
    this.examine();
    return this.ofNumbers;
  }

  get dates(): DateEvidence {
    this.examine();
    return this.ofDates;
  }

  /** Distinct values with their counts, up to a limit. */
  get values(): ReadonlyMap<string, number> {
    this.examine();
    return this.known;
  }

  /** True if there are more distinct values than are kept. */
  get manyValues(): boolean {
    this.examine();
    return this.more;
  }

  private examine(): void {
    if (this.waiting.size === 0) return;
    for (const [text, times] of this.waiting) {
      this.ofNumbers.add(text, times);
      this.ofDates.add(text, times);
      const count = this.known.get(text);
      if (count !== undefined) this.known.set(text, count + times);
      else if (this.known.size < MAX_VALUES) this.known.set(text, times);
      else this.more = true;
    }
    this.waiting.clear();
  }

  /** True if nearly all values are dates. Bare numbers are dates only where nothing else says so. */
  get holdsDates(): boolean {
    return this.filled > 0 && this.dates.dates >= 0.8 * this.filled;
  }

  get holdsNumbers(): boolean {
    return this.filled > 0 && this.numbers.numbers >= 0.8 * this.filled;
  }

  /** True if cells hold several products with their quantities, such as `Mug x2; Tote x1`. */
  get holdsLists(): boolean {
    let lists = 0;
    for (const value of this.values.keys()) {
      if (value.split(/[;,\n]/).filter((part) => ITEM.test(part)).length > 1) lists++;
    }
    return lists > 0 && lists >= 0.1 * this.values.size;
  }

  /** True if the values are neither numbers nor dates: names and codes. */
  get holdsTexts(): boolean {
    return this.filled > 0 && !this.holdsNumbers && !this.holdsDates;
  }
}
