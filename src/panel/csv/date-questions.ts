import { present } from '../../present.js';
import type { ColumnEvidence } from './column-evidence.js';
import { AS_WRITTEN, DATE_ORDERS } from './csv-dates.js';
import type { CsvQuestion } from './csv-questions.js';
import type { DateOrder } from './date-shapes.js';
import { titlePeriod } from './title-period.js';

const HOUR = 3600;
const LABELS: Readonly<Record<DateOrder, string>> = {
  dmy: 'the day comes first',
  mdy: 'the month comes first',
  ymd: 'the year comes first',
};

/** The name of an order as the option `dateFormat` takes it. */
export function orderName(order: DateOrder): string {
  const name = Object.keys(DATE_ORDERS).find((name) => DATE_ORDERS[name] === order);
  return present(name, 'name of the order');
}

export interface DateFindings {
  readonly order?: DateOrder;
  readonly timeZone?: string;
  /** Times without an offset are UTC. */
  readonly datesInUtc: boolean;
  readonly questions: readonly CsvQuestion[];
}

/** Examines the dates of a file: their form, and the questions that they leave open. */
export function examineDates(
  column: ColumnEvidence,
  others: readonly ColumnEvidence[],
  preamble: readonly string[],
  known: DateOrder | undefined,
): DateFindings {
  const questions: CsvQuestion[] = [];
  const { dates, title } = column;
  const orders = dates.orders(titlePeriod(preamble));
  let order: DateOrder | undefined;
  if (dates.undecided > 0) {
    order =
      orders.length === 1 ? orders[0] : (decidedElsewhere(column, others, orders) ?? fitting(known, orders));
    if (order === undefined) questions.push(orderQuestion(column, orders));
  }
  const datesInUtc = /\b(utc|gmt)\b/i.test(title) && dates.offsets.size === 0;
  const offsets = [...dates.offsets];
  const asWritten =
    offsets.some((offset) => offset !== 0) && Math.max(...offsets) - Math.min(...offsets) <= HOUR;
  if (!asWritten && (offsets.length > 0 || datesInUtc)) questions.push(zoneQuestion(title, offsets));
  return { order, timeZone: asWritten ? AS_WRITTEN : undefined, datesInUtc, questions };
}

/** Another column of dates of the same form settles the order. */
function decidedElsewhere(
  { dates }: ColumnEvidence,
  others: readonly ColumnEvidence[],
  orders: readonly DateOrder[],
): DateOrder | undefined {
  for (const other of others) {
    if (other.dates.undecided < other.filled || other.dates.undecided === 0) continue;
    if (other.dates.mark !== dates.mark || other.dates.yearLast !== dates.yearLast) continue;
    const [order, ...more] = other.dates.orders();
    if (order !== undefined && more.length === 0 && orders.includes(order)) return order;
  }
  return undefined;
}

function fitting(known: DateOrder | undefined, orders: readonly DateOrder[]): DateOrder | undefined {
  return known !== undefined && orders.includes(known) ? known : undefined;
}

function orderQuestion({ title, dates }: ColumnEvidence, orders: readonly DateOrder[]): CsvQuestion {
  const choices = orders.length > 0 ? orders : (['dmy', 'mdy'] as const);
  const examples = dates.examples.join(', ');
  return {
    code: 'date-order',
    id: 'date-order',
    column: title,
    message:
      orders.length > 0
        ? `Does the day or the month come first in ${examples}? No date of the column settles it`
        : `The dates are in different orders, such as ${examples}: which of them is meant?`,
    choices: choices.map((order) => ({ value: orderName(order), label: LABELS[order] })),
  };
}

function zoneQuestion(title: string, offsets: readonly number[]): CsvQuestion {
  return {
    code: 'time-zone',
    id: 'time-zone',
    column: title,
    message:
      offsets.length > 1
        ? 'The times are of several zones: in which are the days of the shop counted?'
        : 'The times are in UTC: in which time zone are the days of the shop counted?',
    choices: [
      { value: 'UTC', label: 'UTC' },
      { value: AS_WRITTEN, label: 'the day that is written' },
    ],
    assumed: 'UTC',
  };
}
