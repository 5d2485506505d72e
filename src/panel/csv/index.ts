export type { CsvColumn, CsvColumnSpec, CsvColumns, CsvRow } from './csv-columns.js';
export type { Decimal } from './csv-numbers.js';
export type { CsvOptions, SalesCsvMapping } from './csv-options.js';
export { type CsvAnswers, type CsvChoice, type CsvQuestion, ONE_PER_LINE } from './csv-questions.js';
export type { CsvInput } from './csv-source.js';
export type { CsvWhere } from './csv-where.js';
export {
  type CsvDialect,
  type InspectOptions,
  inspectSalesCsv,
  type SalesCsvInspection,
} from './inspect-sales-csv.js';
export { type OpenCsvOptions, type OpenedSalesCsv, openQuestion, openSalesCsv } from './open-sales-csv.js';
export { readSalesCsv, type SalesCsv } from './read-sales-csv.js';
export { type CsvFilesOptions, readSalesCsvFiles, type SalesCsvFile } from './read-sales-files.js';
export type { CsvCarry } from './sales-lines.js';
export type { CsvOverlap } from './seen-lines.js';
