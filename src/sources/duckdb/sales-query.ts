import { checkWholeNumber, ForecastError, invalidOption } from '../../errors.js';
import { COLUMN_FAULTS, type RecordColumn } from '../../panel/sales-record.js';
import type { DuckDbSalesOptions, DuckDbSalesQuery } from './duckdb-options.js';

export interface BoundSql {
  readonly sql: string;
  readonly values: Record<string, string | number>;
}

const REQUIRED: readonly RecordColumn[] = ['date', 'productId', 'units'];
const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/;
const TEXT = /^(VARCHAR|UUID|ENUM\(.*\)|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER)$/s;
const ZONED = 'TIMESTAMP WITH TIME ZONE';
const DAY = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;

const TYPES: Readonly<Record<RecordColumn, readonly [types: RegExp, words: string]>> = {
  date: [DAY, 'a date or timestamp'],
  productId: [TEXT, 'a text, whole number or UUID'],
  location: [TEXT, 'a text, whole number or UUID'],
  category: [TEXT, 'a text, whole number or UUID'],
  units: [NUMBER, 'a number'],
  revenue: [NUMBER, 'a number'],
  price: [NUMBER, 'a number'],
  promo: [/^BOOLEAN$/, 'a boolean'],
  inStock: [/^BOOLEAN$/, 'a boolean'],
};

/** The columns in the order in which they are selected. */
export const SALES_COLUMNS = Object.keys(TYPES) as readonly RecordColumn[];

/** The files or the table as what stands behind FROM; names of files are bound. */
export function relation({ files, table }: DuckDbSalesOptions): BoundSql {
  if ((files === undefined) === (table === undefined)) {
    invalidOption('files', 'Give either files or a table');
  }
  const names = [files ?? table ?? []].flat();
  if (names.length === 0 || names.some((name) => typeof name !== 'string' || name === '')) {
    invalidOption(files === undefined ? 'table' : 'files', 'Expected a name or a list of names');
  }
  if (files === undefined) return { sql: names.map(quoted).join('.'), values: {} };
  const values = Object.fromEntries(names.map((name, i) => [`file${i}`, name]));
  return { sql: `read_parquet([${Object.keys(values).map(placeholder).join(', ')}])`, values };
}

/**
 * The query of sales as columns of four types, in the order of {@link SALES_COLUMNS}, by the types that the relation has.
 *
 * @throws ForecastError `invalid-option` for a column that is missing; `invalid-data` for one of a wrong type.
 */
export function salesQuery(
  from: BoundSql,
  types: ReadonlyMap<string, string>,
  columns: DuckDbSalesOptions['columns'] = {},
  query: DuckDbSalesQuery,
): BoundSql {
  const sql = Object.fromEntries(
    SALES_COLUMNS.map((column) => [column, expression(column, types, columns[column])]),
  ) as Record<RecordColumn, string>;
  const values = { ...from.values };
  const conditions: string[] = [];
  const bind = (name: string, value: string | number) => {
    values[name] = value;
    return placeholder(name);
  };
  for (const name of ['from', 'to'] as const) {
    const day = query[name];
    if (day === undefined) continue;
    if (!Number.isInteger(day)) invalidOption(name, `${name} must be a day number, not ${day}`);
    const bound = `DATE '1970-01-01' + ${bind(name, day)}::INTEGER`;
    // A row without a day is not left out, so that it is refused.
    conditions.push(`(${sql.date} ${name === 'from' ? '>=' : '<='} ${bound} OR ${sql.date} IS NULL)`);
  }
  for (const [name, column] of [
    ['categories', 'category'],
    ['productIds', 'productId'],
  ] as const) {
    const list = query[name];
    if (list === undefined) continue;
    const places = list.map((text, i) => bind(`${name}${i}`, text));
    conditions.push(places.length === 0 ? 'false' : `coalesce(${sql[column]}, '') IN (${places.join(', ')})`);
  }
  if (query.partition !== undefined) {
    const { index, of } = query.partition;
    checkWholeNumber('of', of);
    checkWholeNumber('index', index, 0);
    if (index >= of) invalidOption(['partition', 'index'], `index must be below ${of}, not ${index}`);
    const hash = `md5_number_lower(coalesce(${sql.productId}, ''))`;
    conditions.push(`${hash} % ${bind('of', of)}::UBIGINT = ${bind('index', index)}::UBIGINT`);
  }
  const selected = SALES_COLUMNS.map((column) =>
    column === 'date' ? `date_diff('day', DATE '1970-01-01', ${sql.date})::INTEGER` : sql[column],
  );
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return { sql: `SELECT ${selected.join(', ')} FROM ${from.sql}${where}`, values };
}

function expression(
  column: RecordColumn,
  types: ReadonlyMap<string, string>,
  name: string | undefined,
): string {
  const [allowed, words] = TYPES[column];
  const type = types.get(name ?? column);
  if (type === undefined) {
    if (name === undefined && !REQUIRED.includes(column)) return 'NULL';
    throw new ForecastError('invalid-option', `There is no column ${name ?? column}`, {
      path: ['columns', column],
      hint: `There are: ${[...types.keys()].join(', ')}`,
    });
  }
  if (!allowed.test(type)) {
    throw new ForecastError('invalid-data', `The column ${name ?? column} is ${type}, not ${words}`, {
      path: ['columns', column],
      hint: `Convert it in a view. ${COLUMN_FAULTS[column]}`,
    });
  }
  const value = quoted(name ?? column);
  if (column === 'date')
    return `CAST(${type === ZONED ? `make_timestamp(epoch_us(${value}))` : value} AS DATE)`;
  if (allowed === TEXT) return `CAST(${value} AS VARCHAR)`;
  return allowed === NUMBER ? `CAST(${value} AS DOUBLE)` : value;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function placeholder(name: string): string {
  return `$${name}`;
}
