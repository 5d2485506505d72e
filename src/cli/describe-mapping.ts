import type { CsvColumn, CsvColumnSpec, SalesCsvMapping } from '../panel/csv/index.js';

/** The parts of a specification of a column. */
export function specOf(column: CsvColumn<unknown> | undefined): CsvColumnSpec {
  if (column === undefined || typeof column === 'function') return {};
  return typeof column === 'object' ? column : { column };
}

/** The columns of a specification, first choice first. */
export function referencesOf(column: CsvColumn<unknown> | undefined): readonly (string | number)[] {
  const { column: own } = specOf(column);
  return own === undefined ? [] : Array.isArray(own) ? own : [own as string | number];
}

/** Describes a mapping: `date = InvoiceDate, product = item@store, ...`. */
export function describeMapping({ columns = {}, carry }: SalesCsvMapping): string {
  const described = Object.entries(columns as Record<string, CsvColumn<unknown>>).map(
    ([name, column]) => `${name === 'productId' ? 'product' : name} = ${describeColumn(column)}`,
  );
  if (carry) described.push(`${carry.to === 'productId' ? 'product' : carry.to} = titles above the lines`);
  return described.join(', ');
}

function describeColumn(column: CsvColumn<unknown>): string {
  const { constant, join = [], variant } = specOf(column);
  if (constant !== undefined) return `${constant} per line`;
  const [first, ...others] = referencesOf(column);
  const name = [first, ...join].join('@');
  const otherwise = others.length > 0 ? ` (or ${others.join(', ')})` : '';
  return `${name}${otherwise}${variant === undefined ? '' : ` with ${variant}`}`;
}
