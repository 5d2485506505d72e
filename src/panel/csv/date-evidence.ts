import type { Day } from '../../calendar/day.js';
import { civilDay, type DateOrder, dateShape } from './date-shapes.js';
import { splitTime } from './date-times.js';

const ORDERS: readonly DateOrder[] = ['dmy', 'mdy', 'ymd'];
const LONG_SPAN = 15 * 366;
const EARLIEST: Day = -25_567;
const LATEST: Day = 83_000;

interface Reading {
  misfits: number;
  first: Day;
  last: Day;
}

/** Evidence about the form of the dates of a column. */
export class DateEvidence {
  /** Texts that are dates in at least one order. */
  dates = 0;
  others = 0;
  /** Dates of three numbers that need an order. */
  undecided = 0;
  readonly examples: string[] = [];
  /** Number of unambiguous dates by their form. */
  readonly forms = new Map<string, number>();
  /** Offsets from UTC in seconds of the times that have one. */
  readonly offsets = new Set<number>();
  mark = '';
  yearLast = true;
  private readonly readings: Readonly<Record<DateOrder, Reading>> = {
    dmy: { misfits: 0, first: LATEST, last: EARLIEST },
    mdy: { misfits: 0, first: LATEST, last: EARLIEST },
    ymd: { misfits: 0, first: LATEST, last: EARLIEST },
  };

  add(text: string, times: number): void {
    const { date, time } = splitTime(text.trim());
    const shape = dateShape(date, time !== undefined);
    if (!shape) {
      this.others += times;
      return;
    }
    if (shape.kind === 'numbers' && !ORDERS.some((order) => civilDay(shape, order) !== undefined)) {
      this.others += times;
      return;
    }
    this.dates += times;
    if (shape.kind === 'instant') this.offsets.add(0);
    if (time?.offset !== undefined) this.offsets.add(time.offset);
    if (shape.kind === 'day') this.forms.set(shape.form, (this.forms.get(shape.form) ?? 0) + times);
    if (shape.kind !== 'numbers') return;
    this.undecided += times;
    this.mark = shape.mark;
    this.yearLast = shape.yearLast;
    if (this.examples.length < 3) this.examples.push(text.trim());
    for (const order of ORDERS) {
      const reading = this.readings[order];
      const day = civilDay(shape, order);
      if (day === undefined) reading.misfits += times;
      else {
        reading.first = Math.min(reading.first, day);
        reading.last = Math.max(reading.last, day);
      }
    }
  }

  /**
   * The orders in which the dates can be read: one if the column is unambiguous, several if it leaves a choice,
   * none if the dates are in different orders or need none.
   */
  orders(period?: { readonly first: Day; readonly last: Day }): readonly DateOrder[] {
    if (this.undecided === 0) return [];
    const fitting = ORDERS.filter((order) => this.readings[order].misfits === 0);
    // Dates with dots begin with the day.
    if (fitting.includes('dmy') && this.mark === '.') return ['dmy'];
    if (fitting.length === 0) return this.nearly();
    const short = fitting.filter((order) => this.span(order) <= LONG_SPAN);
    const plausible = short.length > 0 ? short : fitting;
    if (!period || plausible.length < 2) return plausible;
    const inside = plausible.filter((order) => {
      const { first, last } = this.readings[order];
      return first >= period.first && last <= period.last;
    });
    return inside.length === 1 ? inside : plausible;
  }

  /** The order that fits all but a few dates, if every other order fits far worse. */
  private nearly(): readonly DateOrder[] {
    const shareOf = (order: DateOrder) => this.readings[order].misfits / this.undecided;
    const [best, second] = [...ORDERS].sort((a, b) => this.readings[a].misfits - this.readings[b].misfits);
    return best && second && shareOf(best) <= 0.02 && shareOf(second) >= 0.2 ? [best] : [];
  }

  private span(order: DateOrder): number {
    const { first, last } = this.readings[order];
    return last - first;
  }

  /** The form as a date-fns format, for people. */
  form(order: DateOrder | undefined): string {
    if (this.undecided * 2 < this.dates) {
      return [...this.forms].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'Unix time';
    }
    const year = this.yearLast ? 'yyyy' : 'yy';
    const parts = { dmy: ['dd', 'MM', year], mdy: ['MM', 'dd', year], ymd: [year, 'MM', 'dd'] };
    return order === undefined ? '' : parts[order].join(this.mark);
  }
}
