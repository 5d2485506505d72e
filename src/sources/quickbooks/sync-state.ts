import { type Day, formatDay } from '../../calendar/day.js';
import type { SalesRecord } from '../../panel/sales-record.js';

/** Knowledge from earlier synchronizations that is needed to detect changes; plain JSON data. */
export interface QuickBooksSyncState {
  /** ISO time from which changes are queried. */
  readonly changedSince: string;
  /** Day and products of every transaction that was read, by `Invoice:12` and the like. */
  readonly transactions: Readonly<Record<string, KnownTransaction>>;
}

export interface KnownTransaction {
  readonly day: Day;
  readonly products: readonly string[];
}

/** The sales of one transaction. */
export interface TransactionSales {
  readonly key: string;
  readonly day: Day;
  readonly records: readonly SalesRecord[];
}

interface Days {
  readonly from: Day;
  readonly to: Day;
}

/** Days to read again: those of changed transactions now and before, and those of deleted ones before. */
export function affectedDays(
  state: QuickBooksSyncState,
  changed: readonly { readonly key: string; readonly day: Day }[],
  deleted: readonly string[],
): Day[] {
  const days = new Set<Day>();
  for (const { key, day } of changed) {
    days.add(day);
    const before = state.transactions[key];
    if (before) days.add(before.day);
  }
  for (const key of deleted) {
    const before = state.transactions[key];
    if (before) days.add(before.day);
  }
  return [...days].sort((a, b) => a - b);
}

/** Largest gap, in days, that is read along: it costs less than another four queries. */
const LARGEST_GAP = 7;

/** Ascending days as ranges, small gaps included. */
export function daysInRanges(days: readonly Day[]): Days[] {
  const ranges: { from: Day; to: Day }[] = [];
  for (const day of days) {
    const last = ranges.at(-1);
    if (last && day <= last.to + 1 + LARGEST_GAP) last.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges;
}

/**
 * Records of zero sales for products that no longer have sales on a day that was read again; they replace the
 * old totals.
 */
export function zerosForWhatIsGone(
  state: QuickBooksSyncState | undefined,
  ranges: readonly Days[],
  totals: readonly SalesRecord[],
  categories: ReadonlyMap<string, string | null>,
): SalesRecord[] {
  const present = new Set(totals.map(({ date, productId }) => `${date as string} ${productId}`));
  const zeros = new Map<string, SalesRecord>();
  for (const { day, products } of Object.values(state?.transactions ?? {})) {
    if (!ranges.some((range) => day >= range.from && day <= range.to)) continue;
    const date = formatDay(day);
    for (const productId of products) {
      const key = `${date} ${productId}`;
      if (present.has(key)) continue;
      zeros.set(key, { date, productId, category: categories.get(productId), units: 0, revenue: 0 });
    }
  }
  return [...zeros.values()];
}

/** The state after days were read again. */
export function rememberTransactions(
  state: QuickBooksSyncState | undefined,
  ranges: readonly Days[],
  sales: readonly TransactionSales[],
  changedSince: string,
): QuickBooksSyncState {
  const isReadAgain = (day: Day) => ranges.some((range) => day >= range.from && day <= range.to);
  const kept = Object.entries(state?.transactions ?? {}).filter(([, { day }]) => !isReadAgain(day));
  const read = sales.map(({ key, day, records }): [string, KnownTransaction] => [
    key,
    { day, products: [...new Set(records.map(({ productId }) => productId))] },
  ]);
  return { changedSince, transactions: Object.fromEntries([...kept, ...read]) };
}
