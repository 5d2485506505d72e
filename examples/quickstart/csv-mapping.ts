import { ForecastError } from 'commerce-forecast';
import type { CsvRow } from 'commerce-forecast/csv';

/** Which columns of the file hold what, as far as the command line says. */
export interface ColumnFlags {
  readonly dateColumn?: string;
  /** Columns whose values together name a product. */
  readonly productColumns?: readonly string[];
  readonly categoryColumn?: string;
  readonly unitsColumn?: string;
  readonly revenueColumn?: string;
  readonly priceColumn?: string;
  readonly descriptionColumn?: string;
  readonly dateFormat?: string;
  /** Path of a rules file. */
  readonly categoryRules?: string;
}

/** Which columns of the file hold what; all of them exist. */
export interface ColumnMapping {
  readonly date: string;
  readonly product: readonly string[];
  readonly units: string;
  readonly category?: string;
  readonly revenue?: string;
  readonly price?: string;
  readonly description?: string;
  readonly promo?: string;
  readonly inStock?: string;
}

/** Names that exports of shops give to their columns, best first; case, spaces and signs do not count. */
const KNOWN_NAMES = {
  date: [
    'date',
    'day',
    'orderdate',
    'invoicedate',
    'transactiondate',
    'saledate',
    'createdat',
    'timestamp',
    'ds',
  ],
  product: [
    'productid',
    'sku',
    'item',
    'itemid',
    'stockcode',
    'productcode',
    'product',
    'productname',
    'article',
  ],
  store: ['store', 'storeid', 'location', 'warehouse', 'branch'],
  units: ['units', 'quantity', 'qty', 'unitssold', 'quantitysold', 'unitsales', 'sales', 'demand'],
  category: [
    'category',
    'categoryname',
    'productcategory',
    'producttype',
    'department',
    'family',
    'collection',
  ],
  revenue: ['revenue', 'linetotal', 'netsales', 'grosssales', 'totalprice', 'salesamount', 'amount', 'total'],
  price: ['price', 'unitprice', 'sellprice', 'itemprice', 'listprice'],
  description: ['description', 'productname', 'itemname', 'title', 'name'],
  promo: ['promo', 'promotion', 'onpromotion', 'onsale'],
  inStock: ['instock', 'available'],
} as const;

type Column = keyof typeof KNOWN_NAMES;

/**
 * Finds the columns by the flags, and the others by their names. A column for the store makes each product of each
 * store a product of its own, unless the flags name the product's columns.
 *
 * @throws ForecastError `invalid-option` that names the columns of the file and the flag to use.
 */
export function mapColumns(header: readonly string[], flags: ColumnFlags): ColumnMapping {
  const named = (flag: string, name: string | undefined) => {
    if (name !== undefined && !header.includes(name)) throw noSuchColumn(flag, name, header);
    return name;
  };
  const known = (column: Column) => findKnown(header, KNOWN_NAMES[column]);
  const needed = (column: Column, flag: string, name: string | undefined) => {
    const found = named(flag, name) ?? known(column);
    if (found === undefined) throw notRecognised(column, flag, header);
    return found;
  };
  return {
    date: needed('date', '--date-column', flags.dateColumn),
    product: flags.productColumns?.map((name) => named('--product-column', name)!) ?? [
      needed('product', '--product-column', undefined),
      ...[known('store') ?? []].flat(),
    ],
    units: needed('units', '--units-column', flags.unitsColumn),
    category: named('--category-column', flags.categoryColumn) ?? known('category'),
    revenue: named('--revenue-column', flags.revenueColumn) ?? known('revenue'),
    price: named('--price-column', flags.priceColumn) ?? known('price'),
    description: named('--description-column', flags.descriptionColumn) ?? known('description'),
    promo: known('promo'),
    inStock: known('inStock'),
  };
}

/** The mapping in words: `date = InvoiceDate, product = item@store, ...`. */
export function describeMapping(mapping: ColumnMapping): string {
  const { product, ...others } = mapping;
  return Object.entries({ product: product.join('@'), ...others })
    .flatMap(([name, column]) => (column === undefined ? [] : `${name} = ${column}`))
    .join(', ');
}

/** The id of the product of a line: the values of its columns, joined by `@`. */
export function productIdOf(row: CsvRow, columns: readonly string[]): string {
  return columns.length === 1 ? row[columns[0]] : columns.map((name) => row[name]).join('@');
}

function findKnown(header: readonly string[], names: readonly string[]): string | undefined {
  const plain = header.map((title) => title.toLowerCase().replace(/[^a-z0-9]/g, ''));
  const name = names.find((candidate) => plain.includes(candidate));
  return name === undefined ? undefined : header[plain.indexOf(name)];
}

function noSuchColumn(flag: string, name: string, header: readonly string[]): ForecastError {
  return new ForecastError('invalid-option', `${flag}: the file has no column "${name}"`, {
    path: [flag],
    hint: `Its columns are: ${header.join(', ')}`,
  });
}

function notRecognised(column: Column, flag: string, header: readonly string[]): ForecastError {
  return new ForecastError('invalid-option', `Which column is the ${column}? No name of the header tells`, {
    path: [flag],
    hint: `Name it with ${flag} NAME; the columns of the file are: ${header.join(', ')}`,
  });
}
