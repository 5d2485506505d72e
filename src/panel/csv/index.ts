export type { CsvColumn, CsvColumnSpec, CsvColumns, CsvRow } from './csv-columns.js';
export type { Decimal } from './csv-numbers.js';
export type { CsvOptions, SalesCsvMapping } from './csv-options.js';
export type { CsvInput } from './csv-source.js';
export type { CsvWhere } from './csv-where.js';
export { readSalesCsv, type SalesCsv } from './read-sales-csv.js';
export type { CsvCarry } from './sales-lines.js';
