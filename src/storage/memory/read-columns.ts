import { createPacer } from '../../long-call.js';
import type { SalesColumns } from '../../panel/sales-columns.js';
import type { SalesQuery, SalesSelection } from '../contract.js';
import { SalesColumnsWriter } from '../sales-columns.js';
import { categoryOf, codeAt, dayOf, promoOf, type Run, stockOf } from './sales-leaf.js';
import type { SalesNames } from './sales-names.js';
import { type RowFilter, runsInOrder, type SortedSales } from './sorted-sales.js';

const CHUNK_ROWS = 10_000;

/** Chooses the rows that fit all conditions of a selection. */
export function selectedBy(selection: SalesSelection, names: SalesNames): RowFilter {
  const {
    from = Number.NEGATIVE_INFINITY,
    to = Number.POSITIVE_INFINITY,
    categories,
    productIds,
  } = selection;
  const inCategories = categories && new Set(categories.map((name) => names.categories.indexOf(name)));
  const products = productIds && new Set(productIds);
  return (leaf, row, series, period) => {
    const code = codeAt(leaf, row);
    const day = dayOf(code, period);
    return (
      day >= from &&
      day <= to &&
      (inCategories === undefined || inCategories.has(categoryOf(code))) &&
      (products === undefined || products.has(names.products[series]))
    );
  };
}

/** The rows of a query in reading order, in columns of {@link CHUNK_ROWS}. */
export async function* readColumns(
  sales: SortedSales,
  names: SalesNames,
  query: SalesQuery,
): AsyncGenerator<SalesColumns, void, void> {
  const { signal, ...selection } = query;
  const isSelected = Object.values(selection).some((condition) => condition !== undefined)
    ? selectedBy(selection, names)
    : undefined;
  const pace = createPacer({ signal });
  let writer = new SalesColumnsWriter(CHUNK_ROWS);
  let runs = 0;
  for (const [run, period] of runsInOrder(sales, names.compare)) {
    if (++runs % CHUNK_ROWS === 0) await pace({ phase: 'read sales', done: runs, total: Number.NaN });
    for (let { from } = run; from < run.to; ) {
      if (writer.room === 0) {
        yield writer.finish(names.categories);
        await pace({ phase: 'read sales', done: runs, total: Number.NaN });
        writer = new SalesColumnsWriter(CHUNK_ROWS);
      }
      const to = isSelected ? from + 1 : Math.min(run.to, from + writer.room);
      if (isSelected?.(run.leaf, from, run.series, period) ?? true) {
        copyRows({ ...run, from, to }, period, names, writer);
      }
      from = to;
    }
  }
  if (writer.room < CHUNK_ROWS) yield writer.finish(names.categories);
}

function copyRows(
  { leaf, series, from, to }: Run,
  period: number,
  names: SalesNames,
  writer: SalesColumnsWriter,
): void {
  const { amounts } = leaf;
  let at = writer.append(names.products[series], names.locations[series], to - from);
  for (let row = from; row < to; row++, at++) {
    const code = codeAt(leaf, row);
    writer.day[at] = dayOf(code, period);
    writer.category[at] = categoryOf(code);
    writer.units[at] = amounts[3 * row];
    writer.revenue[at] = amounts[3 * row + 1];
    writer.price[at] = amounts[3 * row + 2];
    writer.promo[at] = promoOf(code);
    writer.inStock[at] = stockOf(code);
  }
}
