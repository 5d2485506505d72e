import { NumberEvidence } from './csv-numbers.js';
import { DateEvidence } from './date-evidence.js';

const MAX_VALUES = 60;

/** Evidence about a column from the lines of a sample. */
export class ColumnEvidence {
  filled = 0;
  blank = 0;
  readonly numbers = new NumberEvidence();
  readonly dates = new DateEvidence();
  /** Different values and how often each comes, up to a limit. */
  readonly values = new Map<string, number>();
  manyValues = false;

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
    this.numbers.add(trimmed);
    this.dates.add(trimmed);
    const count = this.values.get(trimmed);
    if (count !== undefined) this.values.set(trimmed, count + 1);
    else if (this.values.size < MAX_VALUES) this.values.set(trimmed, 1);
    else this.manyValues = true;
  }

  /** True if nearly all values are dates. Bare numbers are dates only where nothing else says so. */
  get holdsDates(): boolean {
    return this.filled > 0 && this.dates.dates >= 0.8 * this.filled;
  }

  get holdsNumbers(): boolean {
    return this.filled > 0 && this.numbers.numbers >= 0.8 * this.filled;
  }

  /** Names and codes with letters, of which some come again. */
  get holdsTexts(): boolean {
    return this.filled > 0 && !this.holdsNumbers && !this.holdsDates;
  }
}
