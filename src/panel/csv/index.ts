export type { CsvColumn, CsvColumns, CsvRow } from './csv-columns.js';
export type { CsvInput } from './csv-source.js';
export { type CsvOptions, readSalesCsv, type SalesCsv } from './read-sales-csv.js';
